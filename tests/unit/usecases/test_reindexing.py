"""The writes that reindexing plans, and how it handles cancelled transactions."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.domain import names, rows
from dossiers.domain.deadline import NEVER
from dossiers.domain.errors import Cause, DatabaseError, TryAgain
from dossiers.storage import items
from dossiers.storage.items import Item, Key, Put, Write
from dossiers.storage.table import Cancelled
from dossiers.usecases import reindexing
from dossiers.usecases.reindexing import CannotReindex, Options, Outcome, Reason, Result

GROUP = "group"
DOSSIER = "59abe42d-ad25-4273-95ef-86444705e8d3"
WORDS = [f"w{number}" for number in range(48)]

sets_of_words = st.sets(st.sampled_from(WORDS), max_size=48)
OPTIONS = Options(rate=1e9)


def a_dossier(words: Iterable[str], row: str, fields: dict[str, str]) -> dict[Key, Item]:
    """The items that a create stores for a name with these words and this row, by the rules at that time."""
    words = set(words)
    now = datetime(2026, 1, 2, tzinfo=UTC)
    puts = [
        items.dossier(GROUP, DOSSIER, row, "x", created_at=now, created_by="user"),
        items.person(DOSSIER, fields, words),
        *items.names_of(GROUP, words, DOSSIER, row),
    ]
    return {put.key: put.item for put in puts}


def a_name(words: Iterable[str]) -> dict[str, str]:
    """The fields of a person whose name has these words by the present rule for words."""
    return {"firstname": " ".join(sorted(words)), "city": "Utrecht"}


def a_fresh_dossier(fields: dict[str, str]) -> dict[Key, Item]:
    return a_dossier(fields["firstname"].split(), rows.row(DOSSIER, fields), fields)


def plan(stored: dict[Key, Item], **options: bool) -> list[Write]:
    return reindexing.plan(stored[items.dossier_key(GROUP, DOSSIER)], stored[items.person_key(DOSSIER)], **options)


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
    fields = a_name(new)
    fresh = a_fresh_dossier(fields)
    stored = a_dossier(old, '["old"]' if old_row else rows.row(DOSSIER, fields), fields)

    writes = plan(stored, force=force)

    assert apply(writes, stored) == fresh
    assert len({write.key for write in writes}) == len(writes) <= 98
    assert bool(writes) == (force or old_row or old != new)


def test_two_names_of_as_many_words_as_a_name_may_have_fit_in_one_transaction() -> None:
    stored = a_dossier([f"old{number}" for number in range(48)], "[]", a_name(WORDS))
    assert len(plan(stored)) == 2 + 48 + 48


def test_the_old_name_items_are_those_of_the_stored_index_keys_whatever_the_limit_on_pairs_is_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fields = a_name(WORDS[:9])
    with monkeypatch.context() as earlier:
        earlier.setattr(names, "MAX_PAIRED_WORDS", 3)
        stored = a_fresh_dossier(fields)
    assert apply(plan(stored), stored) == a_fresh_dossier(fields)


def test_attributes_of_a_later_version_are_kept() -> None:
    stored = a_dossier(["old"], "[]", a_name(["new"]))
    for key in (items.dossier_key(GROUP, DOSSIER), items.person_key(DOSSIER)):
        stored[key]["version"] = 7
    rewritten = apply(plan(stored), stored)
    assert rewritten[items.dossier_key(GROUP, DOSSIER)]["version"] == 7
    assert rewritten[items.person_key(DOSSIER)]["version"] == 7


def test_a_dossier_and_its_person_are_written_only_if_they_have_not_changed() -> None:
    conditions = [write.condition for write in plan(a_dossier([], "[]", a_name(["jan"])))[:2]]
    tested = [set(condition.names.values()) for condition in conditions if condition is not None]
    assert tested == [
        {"row", "dossier_group_id", "external_identifier", "index_keys", "created_at", "created_by"},
        {"person", "index_keys", "external_identifier"},
    ]


@pytest.mark.parametrize(
    ("word", "count", "reason"), [("w", 49, Reason.TOO_MANY_WORDS), ("w" * 480, 1, Reason.TOO_LONG)]
)
def test_a_name_that_the_new_rules_refuse_is_not_reindexed(word: str, count: int, reason: Reason) -> None:
    fields = a_name(f"{word}{number}" for number in range(count))
    with pytest.raises(CannotReindex) as raised:
        plan(a_dossier([], "[]", fields))
    assert raised.value.reason is reason


# --- Conflicts and other errors ---------------------------------------------------------------------------------------

Step = Callable[["Scripted", Sequence[Write]], None]


class Scripted:
    """A table in memory with one dossier.

    Each transaction runs the next step of the script. After the last step, transactions are carried out.
    """

    deadline = NEVER

    def __init__(self, *script: Step) -> None:
        self.stored = a_dossier(["old"], "[]", a_name(["jan"]))
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
    fields = a_name(["piet"])
    table.stored = a_dossier(["older"], '["older"]', fields)
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
    assert table.stored == a_fresh_dossier(a_name(["piet"]))


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
    del table.stored[items.person_key(DOSSIER)]
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
