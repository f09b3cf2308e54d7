"""No two things of the table share a key, whatever their ids, identifiers, words and users are."""

from hypothesis import example, given
from hypothesis import strategies as st

from dossiers.domain import names
from dossiers.storage import items

texts = st.text(alphabet=st.sampled_from("ab#*/ éEXTERNALWORDKYGUP"), max_size=12)
groups = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)
ids = st.uuids(version=4).map(str)
words = st.text(alphabet="abéz0", min_size=1, max_size=4)

things = st.one_of(
    st.tuples(st.just(items.dossier_key), groups, ids),
    st.tuples(st.just(lambda _, dossier: items.person(dossier, {}, ()).key), groups, ids),
    st.tuples(st.just(items.identifier_key), groups, texts),
    st.tuples(st.just(items.grant_key), texts, groups),
    st.tuples(
        st.just(lambda group, pair: items.name_range(group, names.Lookup(*pair[:2])).at(pair[2])),
        groups,
        st.tuples(words, words | st.just("*"), ids),
    ),
    st.tuples(st.just(lambda group, pair: items.idempotency_key(group, *pair)), groups, st.tuples(words, words)),
)


@given(things, things)
@example((items.identifier_key, "a", "x#EXTERNAL#y"), (items.identifier_key, "a", "x"))
def test_a_key_belongs_to_one_thing(one, other):  # type: ignore[no-untyped-def]
    (make, *parts), (make_other, *parts_other) = one, other
    same_kind = make(*parts).sk.partition("#")[0] == make_other(*parts_other).sk.partition("#")[0]
    if make is make_other and parts == parts_other:
        assert make(*parts) == make_other(*parts_other)
    elif make is make_other and same_kind and make(*parts) == make_other(*parts_other):
        # A person's key is its dossier's id alone.
        assert make(*parts).sk == "PERSON"
        assert parts[1] == parts_other[1]
    else:
        assert make(*parts) != make_other(*parts_other)


@given(texts, groups)
def test_a_grant_says_which_group_it_grants(user: str, group: str) -> None:
    assert items.granted_group(items.grant_key(user, group).sk) == group


@given(groups, st.sampled_from(["dossiers", "names"]))
def test_ranges_of_one_group_hold_nothing_of_another(group: str, kind: str) -> None:
    """Dossiers are in a partition of their own, and no partition's name is the beginning of what a query asks for."""
    key_range = items.dossier_range(group) if kind == "dossiers" else items.name_range(group, names.Lookup("a", "b"))
    assert "#" not in group
    assert key_range.pk.split("#")[1] == group


def test_user_and_key_of_an_idempotency_record_cannot_be_read_apart_in_two_ways() -> None:
    assert items.idempotency_key("g", "a", "b") != items.idempotency_key("g", "a\nb", "")
    assert items.idempotency_key("g", "ab", "c") != items.idempotency_key("g", "a", "bc")
