"""The transactions that write a dossier: what they put and delete, and that they fit."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dossiers.domain import names, rows
from dossiers.domain.content import Content
from dossiers.storage import items, stored_dossier
from dossiers.storage.items import ABSENT, Condition, Delete, Key, Put, key_of
from dossiers.storage.stored_dossier import StoredDossier
from dossiers.storage.table import Cancelled
from tests.memory import MAX_WRITES, MemoryTable

GROUP = "group"
DOSSIER = "59abe42d-ad25-4273-95ef-86444705e8d3"
CREATED, UPDATED = datetime(2026, 11, 24, 4, 5, 21, 123456, UTC), datetime(2026, 11, 25, tzinfo=UTC)

SPELLINGS = ["Jan", "de", "Müller", "O'Neil", "Anne-Marie", "Ødegård-d'Arc", "x" * 200, "***"]
some_words = st.lists(st.sampled_from(SPELLINGS), max_size=5)
many_words = st.lists(st.integers(0, 60).map(lambda number: f"ü{number}-'w"), max_size=30)
some_names = st.one_of(some_words, many_words).map(" ".join)


def a_content(name: str, identifier: str | None = None, **fields: str) -> Content:
    return Content(identifier, {"firstname": name, "city": "Ede", **fields} if name else {"city": "Ede", **fields})


contents = st.builds(
    a_content,
    some_names,
    st.sampled_from([None, "x", "y"]),
).filter(lambda content: not content.problems())


class Items(MemoryTable):
    """A table with the items of one dossier."""

    def read_dossier(self) -> StoredDossier:
        return StoredDossier(self.items[items.dossier_key(GROUP, DOSSIER)], self.items[items.person_key(DOSSIER)])


def store(content: Content) -> Items:
    table = Items()
    puts, _ = stored_dossier.create(GROUP, DOSSIER, content, created_at=CREATED, created_by="creator")
    table.write(puts)
    return table


def update(table: Items, content: Content) -> StoredDossier:
    after, writes = stored_dossier.update(table.read_dossier(), content, updated_at=UPDATED, updated_by="editor")
    table.write(writes)
    return after


def name_keys(stored: Iterable[Key]) -> set[Key]:
    return {key for key in stored if "#WORD#" in key.pk}


# --- Create ---------------------------------------------------------------------------------------------------------


@given(contents)
def test_a_create_fits_in_a_transaction_with_an_idempotency_key(content: Content) -> None:
    puts, _ = stored_dossier.create(GROUP, DOSSIER, content, created_at=CREATED, created_by="creator")
    assert len(puts) + 1 <= MAX_WRITES
    assert all(put.condition == ABSENT for put in puts)


@given(contents)
def test_what_was_created_is_read(content: Content) -> None:
    read = store(content).read_dossier()
    assert (read.group, read.id, read.content) == (GROUP, DOSSIER, content)
    assert (read.version, read.has_version, read.versions_match) == (1, True, True)
    assert read.created_at == read.updated_at == "2026-11-24T04:05:21.123+00:00"
    assert read.index_keys == items.index_keys(content)


@pytest.mark.parametrize("identifier", [None, "x"])
def test_the_write_that_makes_the_identifier_unique_is_one_of_the_writes(identifier: str | None) -> None:
    content = a_content("Jan", identifier)
    puts, holder = stored_dossier.create(GROUP, DOSSIER, content, created_at=CREATED, created_by="creator")
    if identifier is None:
        assert holder is None
    else:
        assert holder in puts
        assert holder is not None
        assert holder.key == items.identifier_key(GROUP, identifier)


# --- Update ---------------------------------------------------------------------------------------------------------

LONGEST = " ".join(f"w{number}" for number in range(48))
OTHERS = " ".join(f"v{number}" for number in range(48))


@given(contents, contents)
@example(a_content(LONGEST, "x"), a_content(OTHERS, "y"))
@example(a_content(" ".join(LONGEST.split()[:9]), "x"), a_content(OTHERS, "y"))
@example(a_content(" ".join(LONGEST.split()[:9]), "x"), a_content(" ".join(OTHERS.split()[:9]), "y"))
def test_an_update_leaves_exactly_the_items_of_a_dossier_that_was_created_so(old: Content, new: Content) -> None:
    """Whatever the two names are: never more than 100 writes, no key twice, and nothing of the old one left."""
    table = store(old)
    after = update(table, new)
    assert table.items.keys() == store(new).items.keys()
    assert (after, after.content) == (table.read_dossier(), new)
    for key in name_keys(table.items):
        assert table.items[key] == store(new).items[key]


@given(contents, contents)
def test_the_name_items_that_an_update_writes_are_those_of_the_old_and_the_new_index_keys(
    old: Content, new: Content
) -> None:
    _, writes = stored_dossier.update(store(old).read_dossier(), new, updated_at=UPDATED, updated_by="editor")
    put = name_keys(write.key for write in writes if isinstance(write, Put))
    deleted = name_keys(write.key for write in writes if isinstance(write, Delete))
    before = set(items.name_keys(GROUP, DOSSIER, items.index_keys(old)))
    after = set(items.name_keys(GROUP, DOSSIER, items.index_keys(new)))
    if (rows.row(DOSSIER, old.person), before) == (rows.row(DOSSIER, new.person), after):
        assert (put, deleted) == (set(), set())
    else:
        assert (put, deleted) == (after, before - after)


@given(contents, contents)
def test_an_update_increments_the_version_of_both_items(old: Content, new: Content) -> None:
    after = update(store(old), new)
    assert (after.version, after.versions_match) == (2, True)
    assert after.created_at == "2026-11-24T04:05:21.123+00:00"
    assert after.updated_at == "2026-11-25T00:00:00.000+00:00"
    assert (after.item["created_by"], after.item["updated_by"]) == ("creator", "editor")


def test_two_updates_that_read_the_same_version_do_not_both_write() -> None:
    table = store(a_content("Jan"))
    read = table.read_dossier()
    update(table, a_content("Piet"))
    _, writes = stored_dossier.update(read, a_content("Klaas"), updated_at=UPDATED, updated_by="editor")
    with pytest.raises(Cancelled):
        table.write(writes)


@pytest.mark.parametrize("field", ["city", "email", "street", "initials"])
def test_a_field_that_no_list_shows_rewrites_no_name_item(field: str) -> None:
    table = store(a_content("Jan Jansen"))
    after, writes = stored_dossier.update(
        table.read_dossier(), a_content("Jan Jansen", **{field: "new"}), updated_at=UPDATED, updated_by="editor"
    )
    assert [write.key for write in writes] == [after.key, items.person_key(DOSSIER)]


@pytest.mark.parametrize(("field", "value"), [("gender", "F"), ("birthdate", "1980"), ("lastname", "Jansen")])
def test_a_field_that_a_list_shows_rewrites_every_name_item(field: str, value: str) -> None:
    table = store(a_content("Jan Pieter"))
    update(table, a_content("Jan Pieter", **{field: value}))
    assert name_keys(table.items)
    for key in name_keys(table.items):
        assert table.items[key]["row"] == table.read_dossier().item["row"]
        assert table.items[key].get("birthdate") == table.read_dossier().content.birthdate


def test_a_birthdate_that_becomes_more_precise_is_written_to_every_name_item() -> None:
    """The row shows the year alone, so it stays the same."""
    table = store(a_content("Jan Pieter", birthdate="1980"))
    row = table.read_dossier().item["row"]
    update(table, a_content("Jan Pieter", birthdate="1980-02"))
    assert table.read_dossier().item["row"] == row
    assert {table.items[key]["birthdate"] for key in name_keys(table.items)} == {"1980-02"}


@pytest.mark.parametrize(
    ("old", "new", "puts", "deletes"),
    [
        (None, "x", ["x"], []),
        ("x", None, [], ["x"]),
        ("x", "y", ["y"], ["x"]),
        ("x", "x", [], []),
        (None, None, [], []),
    ],
)
def test_the_identifier_item_moves_with_the_identifier(
    old: str | None, new: str | None, puts: list[str], deletes: list[str]
) -> None:
    read = store(a_content("Jan", old)).read_dossier()
    _, writes = stored_dossier.update(read, a_content("Piet", new), updated_at=UPDATED, updated_by="editor")
    identifiers = [write for write in writes if write.key.sk == "EXTERNAL"]
    assert [write for write in identifiers if isinstance(write, Put)] == [
        items.identifier(GROUP, identifier, DOSSIER) for identifier in puts
    ]
    assert [write for write in identifiers if isinstance(write, Delete)] == [
        Delete(items.identifier_key(GROUP, identifier)) for identifier in deletes
    ]


def test_a_removed_identifier_leaves_the_gsi() -> None:
    """A dossier is in it by the attribute."""
    table = store(a_content("Jan", "x"))
    assert update(table, a_content("Jan")).item.keys() & {"external_identifier"} == set()


def test_attributes_that_this_version_does_not_know_stay() -> None:
    table = store(a_content("Jan", "x"))
    for key in (items.dossier_key(GROUP, DOSSIER), items.person_key(DOSSIER)):
        table.items[key] = {**table.items[key], "later": "stays"}
    after = update(table, a_content("Piet", "y"))
    assert (after.item["later"], after.person_item["later"]) == ("stays", "stays")
    table.write(stored_dossier.reindex(table.read_dossier()))
    assert (table.read_dossier().item["later"], table.read_dossier().person_item["later"]) == ("stays", "stays")


# --- Dossiers that were stored before they had versions -------------------------------------------------------------


def store_first_version(content: Content) -> Items:
    """What a version of the service stored that knew neither versions nor birthdates in name items."""
    table = store(content)
    for key, item in table.items.items():
        unknown = {"version", "updated_at", "updated_by"} if "#WORD#" not in key.pk else {"birthdate"}
        table.items[key] = {name: value for name, value in item.items() if name not in unknown}
    return table


def test_a_dossier_without_a_version_has_version_1() -> None:
    read = store_first_version(a_content("Jan")).read_dossier()
    assert (read.version, read.has_version, read.versions_match) == (1, False, True)
    assert read.updated_at == read.created_at


@given(contents, contents)
def test_a_dossier_without_a_version_is_updated_to_version_2_with_all_its_items(old: Content, new: Content) -> None:
    table = store_first_version(old)
    after = update(table, new)
    assert (after.version, after.has_version, after.content) == (2, True, new)
    assert table.items.keys() == store(new).items.keys()
    for key in name_keys(table.items):
        assert table.items[key] == store(new).items[key]


def test_an_update_of_a_field_that_no_list_shows_writes_the_birthdate_of_old_name_items() -> None:
    table = store_first_version(a_content("Jan", birthdate="1980"))
    update(table, a_content("Jan", birthdate="1980", street="Dorpsstraat 1"))
    assert {table.items[key]["birthdate"] for key in name_keys(table.items)} == {"1980"}


@given(contents)
def test_a_dossier_without_a_version_is_deleted_whole(content: Content) -> None:
    table = store_first_version(content)
    table.write(stored_dossier.delete(table.read_dossier()))
    assert table.items == {}


# --- Reindex and delete ---------------------------------------------------------------------------------------------


@given(contents)
def test_what_was_created_is_indexed_and_what_was_stored_before_is_not(content: Content) -> None:
    assert stored_dossier.is_indexed(store(content).read_dossier())
    assert not stored_dossier.is_indexed(store_first_version(content).read_dossier())


@given(contents)
def test_reindexing_makes_what_a_create_makes_and_keeps_version_and_moment(content: Content) -> None:
    table = store_first_version(content)
    before = table.read_dossier()
    table.write(stored_dossier.reindex(before))
    after = table.read_dossier()
    assert stored_dossier.is_indexed(after)
    assert (after.version, after.created_at, after.updated_at) == (1, before.created_at, before.updated_at)
    assert {key: table.items[key] for key in name_keys(table.items)} == {
        key: item for key, item in store(content).items.items() if key in name_keys(table.items)
    }


@given(contents)
def test_a_delete_leaves_nothing(content: Content) -> None:
    table = store(content)
    table.write(stored_dossier.delete(table.read_dossier()))
    assert table.items == {}


@given(contents, contents)
def test_a_delete_after_an_update_leaves_nothing(old: Content, new: Content) -> None:
    table = store(old)
    update(table, new)
    table.write(stored_dossier.delete(table.read_dossier()))
    assert table.items == {}


@given(contents)
def test_a_delete_leaves_other_dossiers_alone(content: Content) -> None:
    table = store(content)
    other = {Key(key.pk.replace(DOSSIER, "other"), f"{key.sk}-other"): item for key, item in table.items.items()}
    table.items |= other
    table.write(stored_dossier.delete(table.read_dossier()))
    assert table.items == other


def test_the_name_is_never_folded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of Unicode, or other rules, would give other keys than those that are stored."""
    table = store(a_content("Müller-O'Neil"))
    monkeypatch.setattr(names, "readings", lambda _: [["another"]])
    update(table, a_content("Piet"))
    assert {key.sk.partition("#")[0] for key in name_keys(table.items)} == {"another"}
    monkeypatch.setattr(names, "readings", lambda _: [["changed"]])
    table.write(stored_dossier.delete(table.read_dossier()))
    assert table.items == {}


# --- Conditions -----------------------------------------------------------------------------------------------------


def test_writes_are_conditioned_on_what_was_read() -> None:
    read = store(a_content("Jan")).read_dossier()
    assert read.is_same_dossier() == Condition("version = :version", {":version": 1})
    assert read.is_same_index() == Condition("index_keys = :index_keys", {":index_keys": frozenset({"jan#jan"})})


def test_a_dossier_without_words_or_without_a_version_is_conditioned_on_being_so() -> None:
    read = store_first_version(a_content("")).read_dossier()
    assert read.is_same_dossier() == Condition("attribute_exists(pk) AND attribute_not_exists(version)")
    assert read.is_same_index() == Condition("attribute_exists(pk) AND attribute_not_exists(index_keys)")


def test_an_update_between_the_reads_of_the_two_items_is_noticed() -> None:
    table = store(a_content("Jan"))
    before = table.read_dossier()
    update(table, a_content("Piet"))
    after = table.read_dossier()
    assert not StoredDossier(before.item, after.person_item).versions_match
    assert not StoredDossier(after.item, before.person_item).versions_match


def test_the_first_update_of_a_dossier_without_a_version_is_noticed_too() -> None:
    table = store_first_version(a_content("Jan"))
    before = table.read_dossier()
    update(table, a_content("Piet"))
    assert not StoredDossier(before.item, table.read_dossier().person_item).versions_match
    assert not StoredDossier(table.read_dossier().item, before.person_item).versions_match


def test_the_dossiers_own_item_comes_first() -> None:
    """`creating` recognises its own write by it."""
    puts, _ = stored_dossier.create(GROUP, DOSSIER, a_content("Jan", "x"), created_at=CREATED, created_by="creator")
    assert key_of(puts[0].item) == items.dossier_key(GROUP, DOSSIER)
