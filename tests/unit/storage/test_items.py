"""Keys are unique, a query finds the name items of a dossier, and the person item has the keys of the name items."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dossiers.domain import names, rows
from dossiers.domain.content import PERSON_FIELDS, Content
from dossiers.domain.roles import Role
from dossiers.storage import items
from dossiers.storage.attribute_values import serialize
from dossiers.storage.items import Condition, Item, Value, key_of

GROUP = "group"
DOSSIER = "59abe42d-ad25-4273-95ef-86444705e8d3"
WORDS = [f"w{number}" for number in range(12)]

sets_of_words = st.sets(st.sampled_from(WORDS))
characters = st.characters(categories=["L", "M", "N"])
names_in_any_script = st.lists(st.text(characters, min_size=1, max_size=6), max_size=14).map(" ".join)


def a_content(words: Iterable[str], **fields: str) -> Content:
    """The content of a dossier whose first name has these words."""
    return Content(None, fields | {"firstname": " ".join(words)})


def name_items(content: Content, row: str = "[]") -> list[Item]:
    return list(items.names_of(GROUP, content, DOSSIER, row))


def person_item(content: Content) -> Item:
    return items.person(DOSSIER, content, version=1)


def index_keys(person: Item) -> list[str]:
    """The attribute `index_keys` as DynamoDB stores it."""
    stored: list[str] = serialize(person).get("index_keys", {"SS": []})["SS"]
    return stored


def size(value: Value) -> int:
    """The bytes of an attribute's value, as DynamoDB counts them.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    match value:
        case str():
            return len(value.encode())
        case frozenset():
            return sum(map(size, value))
        case dict():
            return 3 + sum(1 + size(name) + size(member) for name, member in value.items())
        case int():
            return 1 + (len(str(value)) + 1) // 2


def item_size(item: Item) -> int:
    return sum(size(name) + size(value) for name, value in item.items())


def meets(item: Item, condition: Condition | None) -> bool:
    """Whether DynamoDB finds that the condition holds of the item, for the conditions that name ranges have."""

    def holds(function: str, attribute: str, name: str) -> bool:
        assert condition is not None
        stored, value = item.get(attribute), condition.values[name]
        match function:
            case "contains":
                return isinstance(stored, frozenset) and value in stored
            case "begins_with":
                return isinstance(stored, str) and stored.startswith(str(value))
        return stored == value

    if condition is None:
        return True
    terms = [re.findall(r"(\w*?)\(?(\w+)(?:,| =) (:\w+)", term) for term in condition.expression.split(" AND ")]
    return all(any(holds(*alternative) for alternative in term) for term in terms)


def found(stored: Sequence[Item], query: Iterable[str], birthdate: str | None = None) -> list[Item]:
    """The items that a search for the words reads and does not filter out."""
    ranges = [items.name_range(GROUP, lookup, birthdate) for lookup in names.lookups(query)]
    return [
        item
        for key_range in ranges
        for item in stored
        if item["pk"] == key_range.pk and str(item["sk"]).startswith(key_range.prefix)
        if meets(item, key_range.filter)
    ]


@given(sets_of_words, sets_of_words.filter(bool))
def test_a_query_finds_a_name_once_when_the_name_has_all_its_words(words: set[str], query: set[str]) -> None:
    assert len(found(name_items(a_content(words)), query)) == (query <= words)


birthdates = st.sampled_from(["1980", "1981", "1980-02", "1980-03", "1980-02-23", "1980-02-24", "1981-02-23"])


@given(sets_of_words, sets_of_words.filter(bool), birthdates, birthdates)
def test_a_birthdate_keeps_the_names_with_one_that_agrees_as_far_as_both_are_known(
    words: set[str], query: set[str], stored: str, birthdate: str
) -> None:
    agrees = all(one == other for one, other in zip(stored.split("-"), birthdate.split("-"), strict=False))
    name = name_items(a_content(words, birthdate=stored))
    assert len(found(name, query, birthdate)) == (query <= words and agrees)


@given(sets_of_words.filter(bool), birthdates)
def test_a_birthdate_leaves_out_a_name_without_one(words: set[str], birthdate: str) -> None:
    assert found(name_items(a_content(words)), words, birthdate) == []


@given(names_in_any_script)
def test_the_person_item_gives_back_the_keys_of_the_name_items(name: str) -> None:
    content = a_content([name])
    keys = list(items.name_keys(GROUP, DOSSIER, index_keys(person_item(content))))

    assert sorted(keys) == sorted(map(key_of, name_items(content)))
    assert len(set(keys)) == len(keys)


def test_the_keys_of_a_name_do_not_depend_on_todays_limit_on_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    person, written = person_item(a_content(WORDS[:9])), name_items(a_content(WORDS[:9]))
    monkeypatch.setattr(names, "MAX_PAIRED_WORDS", 3)

    keys = items.name_keys(GROUP, DOSSIER, index_keys(person))

    assert sorted(keys) == sorted(map(key_of, written))


def test_a_name_without_words_has_no_index_keys() -> None:
    """DynamoDB refuses an empty set."""
    assert "index_keys" not in person_item(a_content([]))


def test_every_name_item_has_the_row_and_the_birthdate() -> None:
    written = name_items(a_content(WORDS[:4], birthdate="1980-02"), row="the row")
    assert [(item["row"], item["birthdate"]) for item in written] == [("the row", "1980-02")] * 10


FIELDS = dict.fromkeys(PERSON_FIELDS, "+31 30 123 45 67") | {
    "firstname": "Johanna Maria",
    "lastname": "van der Berg-de Vries",
    "email": "johanna.vanderberg@example.com",
}
"""All fields of a person, with texts of usual lengths."""


def test_a_usual_person_item_is_less_than_1_kb() -> None:
    """A write costs a unit for each started KB. This name has seven words, and eight with its alternative spelling."""
    assert item_size(person_item(Content("EPD-1234", FIELDS))) < 1024


LONGEST_WORDS = [f"{number:0{names.MAX_WORD_BYTES}}" for number in range(names.MAX_WORDS)]
LONGEST_FIELDS = dict.fromkeys(PERSON_FIELDS, "\U0001f600" * 255) | {"birthdate": "1980-02-23"}


@pytest.mark.parametrize("count", [names.MAX_PAIRED_WORDS, names.MAX_WORDS])
def test_the_largest_person_item_is_far_below_dynamodbs_limit(count: int) -> None:
    """An item has at most 400 KB.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
    """
    fields = {name: value for name, value in LONGEST_FIELDS.items() if name != "firstname"}
    assert item_size(person_item(a_content(LONGEST_WORDS[:count], **fields))) < 100 * 1024


@pytest.mark.parametrize("count", [names.MAX_PAIRED_WORDS, names.MAX_WORDS])
def test_the_largest_items_of_two_names_fit_in_one_transaction(count: int) -> None:
    """A transaction has at most 4 MB.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    """
    row = rows.row(DOSSIER, LONGEST_FIELDS)
    one_name = sum(map(item_size, name_items(a_content(LONGEST_WORDS[:count], birthdate="1980-02-23"), row)))

    assert 2 * one_name < 3 * 1024 * 1024


# --- Keys -------------------------------------------------------------------------------------------------------------

texts = st.text(alphabet=st.sampled_from("ab#*/ éEXTERNALWORDKYGUP"), max_size=12)
groups = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)
ids = st.uuids(version=4).map(str)
key_words = st.text(alphabet="abéz0", min_size=1, max_size=4)

objects = st.one_of(
    st.tuples(st.just(items.dossier_key), groups, ids),
    st.tuples(st.just(lambda _, dossier: items.person_key(dossier)), groups, ids),
    st.tuples(st.just(items.identifier_key), groups, texts),
    st.tuples(st.just(items.grant_key), texts, groups),
    st.tuples(
        st.just(lambda group, pair: items.name_range(group, names.Lookup(*pair[:2])).at(pair[2])),
        groups,
        st.tuples(key_words, key_words | st.just("*"), ids),
    ),
    st.tuples(
        st.just(lambda group, pair: items.idempotency_key(group, *pair)), groups, st.tuples(key_words, key_words)
    ),
)


@given(objects, objects)
@example((items.identifier_key, "a", "x#EXTERNAL#y"), (items.identifier_key, "a", "x"))
def test_two_different_objects_never_share_a_key(one, other):  # type: ignore[no-untyped-def]
    (make, *parts), (make_other, *parts_other) = one, other
    same_kind = make(*parts).sk.partition("#")[0] == make_other(*parts_other).sk.partition("#")[0]
    if make is make_other and parts == parts_other:
        assert make(*parts) == make_other(*parts_other)
    elif make is make_other and same_kind and make(*parts) == make_other(*parts_other):
        # The key of a person consists of the id of its dossier only.
        assert make(*parts).sk == "PERSON"
        assert parts[1] == parts_other[1]
    else:
        assert make(*parts) != make_other(*parts_other)


@given(texts, groups, st.sampled_from(Role))
def test_a_grant_says_who_is_granted_which_group_in_which_role(user: str, group: str, role: Role) -> None:
    grant = items.grant(user, group, role, datetime.now(UTC), "operator")
    assert items.parse_user(grant.key) == user
    assert items.parse_grant(grant.item) == (group, role)


def test_a_grant_without_a_role_is_an_editors() -> None:
    """Grants that were stored before there were roles."""
    assert items.parse_grant({**items.grant_key("user", "group")._asdict()}) == ("group", Role.EDITOR)


@given(groups, ids)
def test_the_key_of_a_dossier_says_its_group_and_its_id(group: str, dossier: str) -> None:
    assert items.parse_dossier_key(items.dossier_key(group, dossier)) == (group, dossier)


@given(groups, st.sampled_from(["dossiers", "names"]))
def test_the_ranges_of_a_group_contain_nothing_of_another_group(group: str, kind: str) -> None:
    """The partition key of a range contains the whole id of its group, and an id contains no `#`."""
    key_range = items.dossier_range(group) if kind == "dossiers" else items.name_range(group, names.Lookup("a", "b"))
    assert "#" not in group
    assert key_range.pk.split("#")[1] == group


def test_different_pairs_of_user_and_key_have_different_idempotency_keys() -> None:
    assert items.idempotency_key("g", "a", "b") != items.idempotency_key("g", "a\nb", "")
    assert items.idempotency_key("g", "ab", "c") != items.idempotency_key("g", "a", "bc")
