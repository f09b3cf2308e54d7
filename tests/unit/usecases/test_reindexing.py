"""The writes that reindexing plans, and how it handles cancelled transactions."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.domain import names, rows
from dossiers.domain.content import Content
from dossiers.domain.deadline import NEVER
from dossiers.domain.errors import Cause, DatabaseError, TryAgain
from dossiers.storage import items, stored_dossier
from dossiers.storage.items import Item, Key, Put, Write, key_of
from dossiers.storage.stored_dossier import StoredDossier
from dossiers.storage.table import Cancelled
from dossiers.usecases import reindexing
from dossiers.usecases.reindexing import CannotReindex, Options, Outcome, Reason, Result
from tests import first_version

GROUP = "group"
DOSSIER = "59abe42d-ad25-4273-95ef-86444705e8d3"
DOSSIER_KEY, PERSON_KEY = items.dossier_key(GROUP, DOSSIER), items.person_key(DOSSIER)
WORDS = [f"w{number}" for number in range(48)]
OLD_ROW = '["old"]'

sets_of_words = st.sets(st.sampled_from(WORDS), max_size=48)
OPTIONS = Options(rate=1e9)


def a_person(words: Iterable[str]) -> dict[str, str]:
    """A person whose name has these words by the present rules."""
    return {"firstname": " ".join(sorted(words)), "city": "Utrecht", "birthdate": "1980-02-23"}


def a_dossier(person: dict[str, str], words: Iterable[str] | None = None, row: str | None = None) -> dict[Key, Item]:
    """What a create stores now, or would store by rules that give the name these words and the dossier this row."""
    with pytest.MonkeyPatch.context() as earlier:
        if words is not None:
            earlier.setattr(names, "index_words", lambda _: frozenset(words))
        if row is not None:
            earlier.setattr(rows, "row", lambda *_: row)
        now = datetime(2026, 1, 2, tzinfo=UTC)
        puts, _ = stored_dossier.create(GROUP, DOSSIER, Content("x", person), created_at=now, created_by="user")
        return {put.key: put.item for put in puts}


def an_old_dossier(person: dict[str, str]) -> dict[Key, Item]:
    """What the first version of the service stored."""
    return {key_of(item): item for item in first_version.items_of(GROUP, DOSSIER, person, "x")}


def plan(stored: dict[Key, Item], **options: bool) -> list[Write]:
    return reindexing.plan(StoredDossier(stored[DOSSIER_KEY], stored[PERSON_KEY]), **options)


def apply(writes: Iterable[Write], stored: dict[Key, Item]) -> dict[Key, Item]:
    stored = dict(stored)
    for write in writes:
        if isinstance(write, Put):
            stored[write.key] = write.item
        else:
            del stored[write.key]
    return stored


@given(old=sets_of_words, new=sets_of_words, old_row=st.booleans(), force=st.booleans())
def test_a_reindexed_dossier_has_the_items_of_one_that_is_created_now(
    old: set[str], new: set[str], old_row: bool, force: bool
) -> None:
    person = a_person(new)
    stored = a_dossier(person, old, OLD_ROW if old_row else None)

    writes = plan(stored, force=force)

    assert apply(writes, stored) == a_dossier(person)
    assert len({write.key for write in writes}) == len(writes) <= 98
    assert bool(writes) == (force or old_row or old != new)


@pytest.mark.parametrize(
    "person",
    [
        {"firstname": "Jan", "lastname": "de Vries", "birthdate": "1980-02-23"},
        {"firstname": "Jan", "lastname": "de Vries"},
        {"firstname": "Anne-Marie", "lastname": "O'Neil-Müller", "birthdate": "1980"},
        {"firstname": " ".join(WORDS), "birthdate": "1980-02"},
        {"city": "Utrecht"},
    ],
)
def test_a_dossier_of_the_first_version_gets_a_version_and_name_items_with_birthdate_and_alternative_spellings(
    person: dict[str, str],
) -> None:
    stored = an_old_dossier(person)
    migrated = apply(plan(stored), stored)
    expected = a_dossier(person)
    assert migrated.keys() == expected.keys()
    assert migrated.pop(DOSSIER_KEY) == {
        **{name: value for name, value in expected.pop(DOSSIER_KEY).items() if not name.startswith("updated_")},
        "created_at": first_version.CREATED_AT,
    }
    assert migrated == expected


def test_a_migrated_dossier_is_not_written_again() -> None:
    stored = an_old_dossier({"firstname": "Anne-Marie", "birthdate": "1980-02-23"})
    assert plan(apply(plan(stored), stored)) == []


def test_two_names_of_as_many_words_as_a_name_may_have_fit_in_one_transaction() -> None:
    stored = a_dossier(a_person(WORDS), [f"old{number}" for number in range(48)])
    assert len(plan(stored)) == 2 + 48 + 48


def test_the_old_name_items_are_those_of_the_stored_index_keys_whatever_the_limit_on_pairs_is_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = a_person(WORDS[:9])
    with monkeypatch.context() as earlier:
        earlier.setattr(names, "MAX_PAIRED_WORDS", 3)
        stored = a_dossier(person)
    assert apply(plan(stored), stored) == a_dossier(person)


def test_the_version_and_attributes_of_a_later_version_of_the_service_stay() -> None:
    stored = a_dossier(a_person(["new"]), ["old"])
    for key in (DOSSIER_KEY, PERSON_KEY):
        stored[key] |= {"version": 7, "of_a_later_version": "x"}
    rewritten = apply(plan(stored), stored)
    for key in (DOSSIER_KEY, PERSON_KEY):
        assert (rewritten[key]["version"], rewritten[key]["of_a_later_version"]) == (7, "x")


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (
            a_dossier(a_person(["jan"]), ["old"]),
            [("version = :version", {":version": 1}), ("index_keys = :index_keys", {":index_keys": {"old#old"}})],
        ),
        (
            a_dossier(a_person(["jan"]), []),
            [
                ("version = :version", {":version": 1}),
                ("attribute_exists(pk) AND attribute_not_exists(index_keys)", {}),
            ],
        ),
        (
            an_old_dossier(a_person(["jan"])),
            [
                ("attribute_exists(pk) AND attribute_not_exists(version)", {}),
                ("index_keys = :index_keys", {":index_keys": {"jan#jan"}}),
            ],
        ),
    ],
)
def test_a_dossier_and_its_person_are_written_only_with_the_version_and_the_index_keys_that_were_read(
    stored: dict[Key, Item], expected: list[tuple[str, dict[str, Any]]]
) -> None:
    conditions = [write.condition for write in plan(stored)]
    assert [(one.expression, one.values) for one in conditions[:2] if one is not None] == expected
    assert set(conditions[2:]) <= {None}


@pytest.mark.parametrize(
    ("word", "count", "reason"), [("w", 49, Reason.TOO_MANY_WORDS), ("w" * 480, 1, Reason.TOO_LONG)]
)
def test_a_name_that_the_new_rules_refuse_is_not_reindexed(word: str, count: int, reason: Reason) -> None:
    stored = a_dossier(a_person(f"{word}{number}" for number in range(count)), [])
    with pytest.raises(CannotReindex) as raised:
        plan(stored)
    assert raised.value.reason is reason


# --- Conflicts and other errors ---------------------------------------------------------------------------------------

Step = Callable[["Scripted", Sequence[Write]], None]


class Scripted:
    """A table in memory with one dossier.

    Each transaction runs the next step of the script. After the last step, transactions are carried out.
    """

    deadline = NEVER

    def __init__(self, *script: Step) -> None:
        self.stored = a_dossier(a_person(["jan"]), ["old"], OLD_ROW)
        self._script = list(script)
        self.writes = 0

    def scan(self, prefix: str, **_: object) -> tuple[list[Item], Key | None]:
        return [item for key, item in self.stored.items() if key.sk.startswith(prefix)], None

    def get(self, key: Key) -> Item | None:
        return self.stored.get(key)

    def write(self, writes: Sequence[Write]) -> None:
        self.writes += 1
        if self._script:
            self._script.pop(0)(self, writes)
        else:
            self.stored = apply(writes, self.stored)


def reindex(table: Scripted, options: Options = OPTIONS) -> list[Outcome]:
    return list(reindexing.reindex(table, options))  # type: ignore[arg-type]


def change_concurrently(table: Scripted, writes: Sequence[Write]) -> None:
    """Another write gives the person another name."""
    table.stored = a_dossier(a_person(["piet"]), ["older"], OLD_ROW)
    raise Cancelled({writes[0].key: {}}, None)


def delete_concurrently(table: Scripted, writes: Sequence[Write]) -> None:
    table.stored = {}
    raise Cancelled({writes[0].key: {}}, None)


def raise_conflict(_: Scripted, __: Sequence[Write]) -> None:
    raise Cancelled({}, Cause.CONFLICT)


def raise_throttled(_: Scripted, __: Sequence[Write]) -> None:
    raise TryAgain(Cause.THROTTLED)


def raise_throttled_in_transaction(_: Scripted, __: Sequence[Write]) -> None:
    raise Cancelled({}, Cause.THROTTLED)


def raise_validation_error(_: Scripted, __: Sequence[Write]) -> None:
    raise DatabaseError("ValidationException", "TransactWriteItems")


def raise_access_denied(_: Scripted, __: Sequence[Write]) -> None:
    raise DatabaseError("AccessDeniedException", "TransactWriteItems")


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of each call of time.sleep, which does not wait."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


def test_a_dossier_that_changed_since_it_was_read_is_read_again() -> None:
    table = Scripted(change_concurrently)
    assert reindex(table) == [Outcome(DOSSIER, Result.REWRITTEN, conflicts=1)]
    assert table.stored == a_dossier(a_person(["piet"]))


def test_a_dossier_that_was_deleted_since_it_was_read_stays_deleted() -> None:
    table = Scripted(delete_concurrently)
    assert reindex(table) == [Outcome(DOSSIER, Result.DELETED, conflicts=1)]
    assert table.stored == {}


@pytest.mark.parametrize("obstacle", [raise_throttled, raise_throttled_in_transaction])
def test_a_throttled_write_is_retried_and_counts_as_no_conflict(waits: list[float], obstacle: Step) -> None:
    assert reindex(Scripted(obstacle, obstacle)) == [Outcome(DOSSIER, Result.REWRITTEN)]
    assert len(waits) == 2


@pytest.mark.parametrize("obstacle", [raise_throttled, raise_throttled_in_transaction])
def test_permanent_throttling_stops_the_run(waits: list[float], obstacle: Step) -> None:
    with pytest.raises(TryAgain):
        reindex(Scripted(*[obstacle] * 100))
    assert sum(waits) < 30


def test_a_permanent_conflict_fails_only_the_dossier() -> None:
    table = Scripted(*[raise_conflict] * 100)
    [outcome] = reindex(table)
    assert (outcome.result, outcome.reason) == (Result.FAILED, Reason.CONFLICT)
    assert outcome.conflicts == table.writes


def test_a_dossier_that_dynamodb_refuses_fails_and_the_run_continues() -> None:
    assert reindex(Scripted(raise_validation_error)) == [Outcome(DOSSIER, Result.FAILED, Reason.REFUSED)]


def test_missing_rights_stop_the_run() -> None:
    with pytest.raises(DatabaseError):
        reindex(Scripted(raise_access_denied))


def test_a_dossier_without_a_person_fails() -> None:
    table = Scripted()
    del table.stored[PERSON_KEY]
    assert reindex(table) == [Outcome(DOSSIER, Result.FAILED, Reason.NO_PERSON)]


def test_a_dry_run_counts_and_writes_nothing() -> None:
    table = Scripted()
    assert reindex(table, Options(rate=1e9, dry_run=True)) == [Outcome(DOSSIER, Result.REWRITTEN)]
    assert table.writes == 0


def test_a_run_that_is_stopped_between_two_attempts_makes_no_further_attempt(waits: list[float]) -> None:
    table = Scripted(*[raise_conflict] * 100)
    assert reindex(table, Options(rate=1e9, should_stop=lambda: table.writes == 1)) == []
    assert (table.writes, waits) == (1, [])


class Clock:
    """A clock that advances only during time.sleep."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)
        monkeypatch.setattr(time, "sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_no_more_dossiers_per_second_are_written_than_the_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, table = Clock(monkeypatch), Scripted()
    table_of_many: Any = table
    [dossier], _ = table.scan(items.DOSSIER_PREFIX, limit=1)
    monkeypatch.setattr(table_of_many, "scan", lambda *_, **__: ([dossier] * 101, None))
    assert len(reindex(table, Options(rate=20))) == 101
    assert clock.now - 1000 == pytest.approx(100 / 20)


def test_no_more_pages_per_second_are_read_than_a_partition_supports(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, table = Clock(monkeypatch), Scripted()
    pages: list[tuple[list[Item], Key | None]] = [([], Key("p", "s"))] * 100 + [([], None)]
    table_of_pages: Any = table
    monkeypatch.setattr(table_of_pages, "scan", lambda *_, **__: pages.pop(0))
    assert reindex(table) == []
    assert clock.now - 1000 == pytest.approx(100 / reindexing.PAGES_PER_SECOND)
