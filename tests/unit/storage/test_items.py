"""Keys are unique, a query finds the name items of a dossier, and the person item has the keys of the name items."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dossiers.domain import names, rows
from dossiers.domain.person import Person
from dossiers.storage import items
from dossiers.storage.attribute_values import serialize
from dossiers.storage.items import Item, Key, Value

GROUP = "group"
DOSSIER = "59abe42d-ad25-4273-95ef-86444705e8d3"
WORDS = [f"w{number}" for number in range(12)]

sets_of_words = st.sets(st.sampled_from(WORDS))
characters = st.characters(categories=["L", "M", "N"])
names_in_any_script = st.lists(st.text(characters, min_size=1, max_size=6), max_size=14).map(" ".join)


def name_items(words: Iterable[str], row: str = "[]") -> list[Item]:
    return [put.item for put in items.names_of(GROUP, words, DOSSIER, row)]


def person_item(words: Iterable[str], fields: dict[str, str] | None = None) -> Item:
    return items.person(DOSSIER, fields or {}, words).item


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
            raise NotImplementedError("none of these items has a number")


def item_size(item: Item) -> int:
    return sum(size(name) + size(value) for name, value in item.items())


def found(stored: Sequence[Item], query: set[str]) -> list[Item]:
    """The items that a search for the words returns."""
    ranges = [items.name_range(GROUP, lookup) for lookup in names.lookups(query)]
    return [
        item
        for key_range in ranges
        for item in stored
        if item["pk"] == key_range.pk and str(item["sk"]).startswith(key_range.prefix)
        if set(key_range.filter_words) <= set(item.get("words", ()))  # type: ignore[arg-type]  # a set, where there is one
    ]


@given(sets_of_words, sets_of_words.filter(bool))
def test_a_query_finds_a_name_once_when_the_name_has_all_its_words(words: set[str], query: set[str]) -> None:
    assert len(found(name_items(words), query)) == (query <= words)


@given(names_in_any_script.map(names.words))
def test_the_person_item_gives_back_the_keys_of_the_name_items(words: list[str]) -> None:
    keys = list(items.name_keys(GROUP, DOSSIER, index_keys(person_item(words))))

    assert sorted(keys) == sorted(Key(str(item["pk"]), str(item["sk"])) for item in name_items(words))
    assert len(set(keys)) == len(keys)


def test_the_keys_of_a_stored_name_do_not_depend_on_the_present_limit_on_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    person, written = person_item(WORDS[:9]), name_items(WORDS[:9])
    monkeypatch.setattr(names, "MAX_PAIRED_WORDS", 3)

    keys = items.name_keys(GROUP, DOSSIER, index_keys(person))

    assert sorted(keys) == sorted(Key(str(item["pk"]), str(item["sk"])) for item in written)


def test_a_name_without_words_has_no_index_keys() -> None:
    """DynamoDB refuses an empty set."""
    assert "index_keys" not in person_item([])


FIELDS = {
    "firstname": "Johanna Maria",
    "lastname": "van der Berg-de Vries",
    "initials": "J.M.",
    "email": "johanna.vanderberg@example.com",
    "phone_home": "+31 30 123 45 67",
    "phone_work": "+31 20 123 45 67",
    "phone_cell": "+31 6 12 34 56 78",
    "birthdate": "1980-02-23",
    "gender": "F",
    "country_of_birth": "Nederland",
    "street": "Oudegracht 123 bis",
    "city": "Utrecht",
    "zipcode": "3511 AB",
    "country": "Nederland",
    "subject_code": "S-000123",
}


def test_a_usual_person_item_is_less_than_1_kb() -> None:
    """A write costs a unit for each started KB. This name has seven words."""
    words = names.words(FIELDS["firstname"]) + names.words(FIELDS["lastname"])

    assert item_size(person_item(words, FIELDS)) < 1024


LONGEST_WORDS = [f"{number:0{names.MAX_WORD_BYTES}}" for number in range(names.MAX_WORDS)]
LONGEST_FIELDS = dict.fromkeys(Person.model_fields, "\U0001f600" * 255)


@pytest.mark.parametrize("count", [names.MAX_PAIRED_WORDS, names.MAX_WORDS])
def test_the_largest_person_item_is_far_below_dynamodbs_limit(count: int) -> None:
    """An item has at most 400 KB.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
    """
    assert item_size(person_item(LONGEST_WORDS[:count], LONGEST_FIELDS)) < 100 * 1024


@pytest.mark.parametrize("count", [names.MAX_PAIRED_WORDS, names.MAX_WORDS])
def test_the_largest_items_of_two_names_fit_in_one_transaction(count: int) -> None:
    """A transaction has at most 4 MB.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    """
    row = rows.row(DOSSIER, LONGEST_FIELDS | {"birthdate": "1980-02-23"})
    one_name = sum(map(item_size, name_items(LONGEST_WORDS[:count], row)))

    assert 2 * one_name < 3 * 1024 * 1024


# --- Keys -------------------------------------------------------------------------------------------------------------

texts = st.text(alphabet=st.sampled_from("ab#*/ éEXTERNALWORDKYGUP"), max_size=12)
groups = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)
ids = st.uuids(version=4).map(str)
key_words = st.text(alphabet="abéz0", min_size=1, max_size=4)

objects = st.one_of(
    st.tuples(st.just(items.dossier_key), groups, ids),
    st.tuples(st.just(lambda _, dossier: items.person(dossier, {}, ()).key), groups, ids),
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


@given(texts, groups)
def test_a_grant_says_which_group_it_grants(user: str, group: str) -> None:
    assert items.granted_group(items.grant_key(user, group).sk) == group


@given(groups, st.sampled_from(["dossiers", "names"]))
def test_the_ranges_of_a_group_contain_nothing_of_another_group(group: str, kind: str) -> None:
    """The partition key of a range contains the whole id of its group, and an id contains no `#`."""
    key_range = items.dossier_range(group) if kind == "dossiers" else items.name_range(group, names.Lookup("a", "b"))
    assert "#" not in group
    assert key_range.pk.split("#")[1] == group


def test_different_pairs_of_user_and_key_have_different_idempotency_keys() -> None:
    assert items.idempotency_key("g", "a", "b") != items.idempotency_key("g", "a\nb", "")
    assert items.idempotency_key("g", "ab", "c") != items.idempotency_key("g", "a", "bc")
