"""Reading, updating and deleting one dossier, while others write it too. A table in memory stands in for DynamoDB."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from dossiers.domain import person
from dossiers.domain.content import Content
from dossiers.domain.deadline import Deadline
from dossiers.domain.errors import DossierNotFound, Invalid, Stale, Taken, TryAgain
from dossiers.storage import items, stored_dossier
from dossiers.storage.items import Item, Key
from dossiers.storage.stored_dossier import StoredDossier
from dossiers.storage.table import Table
from dossiers.usecases import deleting, reading, updating
from dossiers.usecases.access import Grant
from tests.memory import MemoryTable

GROUP, DOSSIER = "group", "59abe42d-ad25-4273-95ef-86444705e8d3"
OTHER = "00000000-0000-4000-8000-000000000000"
GRANT = Grant("user", GROUP)
NOW = datetime(2026, 11, 24, tzinfo=UTC)


class OneDossier(MemoryTable):
    """A table with one dossier."""

    def __init__(self, content: Content | None = None, deadline: Deadline | None = None) -> None:
        super().__init__(*([] if deadline is None else [deadline]))
        self.before_get: list[Any] = []
        """What happens before the next reads of the person, one for each."""
        self.create(DOSSIER, content or Content("x", {"firstname": "Jan"}))

    def create(self, dossier_id: str, content: Content) -> None:
        puts, _ = stored_dossier.create(GROUP, dossier_id, content, created_at=NOW, created_by="creator")
        self.write(puts)

    def get(self, key: Key) -> Item | None:
        if key.sk == "PERSON" and self.before_get:
            self.before_get.pop(0)()
        return super().get(key)

    def another_update(self, **fields: str) -> None:
        """Somebody else's update of these fields."""
        stored = self.stored
        content = Content(stored.content.external_identifier, {**stored.content.person, **fields})
        _, writes = stored_dossier.update(stored, content, updated_at=NOW, updated_by="another")
        waiting, self.before_write = self.before_write, []
        self.write(writes)
        self.before_write = waiting

    def another_delete(self) -> None:
        waiting, self.before_write = self.before_write, []
        self.write(stored_dossier.delete(self.stored))
        self.before_write = waiting

    @property
    def stored(self) -> StoredDossier:
        return StoredDossier(self.items[items.dossier_key(GROUP, DOSSIER)], self.items[items.person_key(DOSSIER)])


def start(table: MemoryTable, group: str = GROUP, dossier_id: str = DOSSIER) -> reading.Reading:
    as_table: Any = table
    return reading.start(as_table, group, dossier_id)


def update(table: OneDossier, patch: dict[str, Any], *, expected_version: int | None = None) -> StoredDossier:
    document, problems = person.validate(patch, now=NOW)
    assert problems == []
    return updating.update(as_table(table), GRANT, start(table), document, expected_version=expected_version)


def delete(table: OneDossier, *, expected_version: int | None = None) -> None:
    deleting.delete(as_table(table), GRANT, start(table), expected_version=expected_version)


def as_table(table: Any) -> Table:
    typed: Table = table
    return typed


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, without waiting."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


# --- Reading --------------------------------------------------------------------------------------------------------


def test_a_dossier_is_read_by_one_read_of_each_of_its_two_items() -> None:
    table = OneDossier()
    assert start(table).result(GRANT).content == Content("x", {"firstname": "Jan"})
    assert sorted(table.read) == sorted([items.dossier_key(GROUP, DOSSIER), items.person_key(DOSSIER)])


def test_nothing_is_returned_for_the_grant_of_another_group() -> None:
    with pytest.raises(DossierNotFound):
        start(OneDossier()).result(Grant("user", "other"))


def test_a_dossier_of_another_group_is_not_found_although_its_person_is_there() -> None:
    with pytest.raises(DossierNotFound):
        start(OneDossier(), group="other").result(Grant("user", "other"))


@pytest.mark.parametrize("dossier_id", ["x", DOSSIER.upper(), f"{DOSSIER}#", "", "a/b"])
def test_what_cannot_be_a_dossier_is_not_found_and_not_read(dossier_id: str) -> None:
    table = OneDossier()
    with pytest.raises(DossierNotFound):
        start(table, dossier_id=dossier_id).result(GRANT)
    assert table.read == []


@pytest.mark.parametrize("group", ["a#b", "", "a b", "x" * 65])
def test_of_what_cannot_be_a_group_nothing_is_read(group: str) -> None:
    table = OneDossier()
    with pytest.raises(DossierNotFound):
        start(table, group=group).result(Grant("user", group))
    assert table.read == []


def test_a_dossier_is_read_again_when_an_update_comes_between_the_reads_of_its_items(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = OneDossier()
    in_one_thread(monkeypatch)
    table.before_get.append(lambda: table.another_update(city="Ede"))
    read = start(table).result(GRANT)
    assert (read.version, read.content.person["city"]) == (2, "Ede")
    assert len(table.read) == 4


def test_a_dossier_that_is_deleted_between_the_reads_of_its_items_is_not_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = OneDossier()
    in_one_thread(monkeypatch)
    table.before_get.append(table.another_delete)
    with pytest.raises(DossierNotFound):
        start(table).result(GRANT)


def test_a_dossier_that_changes_between_all_reads_is_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    table = OneDossier()
    in_one_thread(monkeypatch)
    cities = iter(range(1000))
    table.before_get += [lambda: table.another_update(city=str(next(cities)))] * 1000
    with pytest.raises(TryAgain):
        start(table).result(GRANT)
    assert reading.ATTEMPTS <= len(table.read) / 2 <= reading.ATTEMPTS + 1


def in_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the dossier, and then the person."""

    class Done:
        def __init__(self, value: Any) -> None:
            self._value = value

        def result(self) -> Any:
            return self._value

    monkeypatch.setattr("dossiers.storage.readers.submit", lambda read, *args: Done(read(*args)))


# --- Updating -------------------------------------------------------------------------------------------------------


def test_an_update_is_one_transaction() -> None:
    table = OneDossier()
    before = len(table.tokens)
    updated = update(table, {"person": {"city": "Ede"}})
    assert len(table.tokens) - before == 1
    assert updated == table.stored
    assert (updated.version, updated.item["updated_by"]) == (2, "user")


def test_a_patch_that_changes_nothing_writes_nothing() -> None:
    table = OneDossier()
    before = len(table.tokens)
    assert update(table, {"person": {"firstname": " Jan"}}).version == 1
    assert len(table.tokens) == before


def test_an_update_that_another_one_overtakes_is_applied_to_what_that_one_wrote() -> None:
    table = OneDossier()
    table.before_write.append(lambda: table.another_update(city="Ede"))
    updated = update(table, {"person": {"street": "Dorpsstraat 1"}})
    assert updated.version == 3
    assert updated.content.person == {"firstname": "Jan", "city": "Ede", "street": "Dorpsstraat 1"}


def test_each_attempt_at_an_update_has_a_token_of_its_own() -> None:
    """It is another transaction: DynamoDB refuses another one under the same token."""
    table = OneDossier()
    table.before_write += [lambda: table.another_update(city="Ede"), lambda: table.another_update(city="Epe")]
    before = len(table.tokens)
    update(table, {"person": {"street": "Dorpsstraat 1"}})
    own = [token for token in table.tokens[before:] if token is not None]
    assert len(own) == len(set(own)) == 3


def test_the_last_of_two_updates_of_one_field_stays() -> None:
    table = OneDossier()
    table.before_write.append(lambda: table.another_update(city="Ede"))
    assert update(table, {"person": {"city": "Epe"}}).content.person["city"] == "Epe"


def test_an_update_that_another_one_has_made_needless_writes_nothing() -> None:
    table = OneDossier()
    table.before_write.append(lambda: table.another_update(city="Ede"))
    assert update(table, {"person": {"city": "Ede"}}).version == 2


def test_an_update_of_an_expected_version_that_another_one_overtakes_is_stale() -> None:
    table = OneDossier()
    table.before_write.append(lambda: table.another_update(city="Ede"))
    with pytest.raises(Stale):
        update(table, {"person": {"street": "Dorpsstraat 1"}}, expected_version=1)
    assert table.stored.content.person == {"firstname": "Jan", "city": "Ede"}


def test_an_update_that_a_delete_overtakes_is_not_found_and_leaves_nothing() -> None:
    table = OneDossier()
    table.before_write.append(table.another_delete)
    with pytest.raises(DossierNotFound):
        update(table, {"person": {"street": "Dorpsstraat 1"}})
    assert table.items == {}


def test_the_rules_are_checked_again_for_what_another_update_wrote() -> None:
    table = OneDossier(Content(None, {"firstname": "Jan", "lastname": "Jansen"}))
    words = " ".join(str(number) for number in range(48))
    table.before_write.append(lambda: table.another_update(lastname=words))
    with pytest.raises(Invalid) as refused:
        update(table, {"person": {"firstname": "x y"}})
    assert refused.value.problems == {"firstname": ("too_many_words",), "lastname": ("too_many_words",)}


def test_an_identifier_that_another_dossier_has_is_taken() -> None:
    table = OneDossier()
    table.create(OTHER, Content("y", {}))
    with pytest.raises(Taken) as refused:
        update(table, {"dossier": {"external_identifier": "y"}})
    assert refused.value.dossier_id == OTHER


def test_an_identifier_is_not_taken_while_the_dossier_is_another_one_than_was_read() -> None:
    """An update that was overtaken knows nothing about the identifier yet: it reads again."""
    table = OneDossier()
    table.create(OTHER, Content("y", {}))
    table.before_write.append(lambda: table.another_update(city="Ede"))
    with pytest.raises(Taken):
        update(table, {"dossier": {"external_identifier": "y"}})
    assert table.stored.content.person == {"firstname": "Jan", "city": "Ede"}


def test_an_update_that_is_overtaken_every_time_is_try_again() -> None:
    table = OneDossier()
    cities: Iterator[int] = iter(range(1000))
    table.before_write += [lambda: table.another_update(city=str(next(cities)))] * 1000
    with pytest.raises(TryAgain):
        update(table, {"person": {"street": "Dorpsstraat 1"}})
    assert "street" not in table.stored.content.person


# --- Deleting -------------------------------------------------------------------------------------------------------


def test_a_delete_leaves_nothing() -> None:
    table = OneDossier(Content("x", {"firstname": "Müller-Smit", "lastname": "O'Neil"}))
    delete(table)
    assert table.items == {}


def test_a_delete_that_an_update_overtakes_deletes_what_that_one_wrote() -> None:
    table = OneDossier()
    table.before_write.append(lambda: table.another_update(firstname="Piet", lastname="Jansen"))
    delete(table)
    assert table.items == {}


def test_a_delete_of_an_expected_version_that_an_update_overtakes_is_stale() -> None:
    table = OneDossier()
    table.before_write.append(lambda: table.another_update(city="Ede"))
    with pytest.raises(Stale):
        delete(table, expected_version=1)
    assert table.stored.version == 2


def test_a_delete_that_another_one_overtakes_is_not_found() -> None:
    table = OneDossier()
    table.before_write.append(table.another_delete)
    with pytest.raises(DossierNotFound):
        delete(table)


@pytest.mark.parametrize(("expected", "is_stale"), [(None, False), (1, False), (2, True), (0, True)])
def test_a_version_is_compared_when_one_is_expected(expected: int | None, is_stale: bool) -> None:
    table = OneDossier()
    if is_stale:
        with pytest.raises(Stale):
            delete(table, expected_version=expected)
        assert table.stored.version == 1
    else:
        delete(table, expected_version=expected)
        assert table.items == {}
