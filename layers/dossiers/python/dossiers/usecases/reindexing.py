"""Reindexing: derive the row and the name items of existing dossiers again from their persons.

A column or a rule for names changes what a create stores. Dossiers that exist keep what the earlier version stored,
until they are reindexed. Deploy the new version first: as long as functions of the earlier version run, they store rows
and words by the earlier rules.

Each dossier is one transaction, which is carried out only if the version of the dossier and the index keys of its
person are as they were read. So a concurrent write is never reverted, and an interrupted run leaves every dossier in
its old or its new state. A second run writes only the dossiers that the first has not reached. A search that runs
meanwhile finds each dossier once, with its old or its new row. One exception: a dossier whose name items move from one
key range to another, both of which a search reads, can be missed by a search that reads them at that moment.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import TypeVar

from dossiers.domain import names
from dossiers.domain.errors import Cause, DatabaseError, Keyword, TryAgain
from dossiers.storage import items, stored_dossier
from dossiers.storage.items import Item, Key, Write, key_of
from dossiers.storage.stored_dossier import StoredDossier
from dossiers.storage.table import Cancelled, Table

WORKERS = 8
"""Dossiers that are reindexed in parallel."""

ITEMS_PER_PAGE = 1000
"""Items that one request of the scan reads, which bounds how many dossiers are in memory."""

PAGES_PER_SECOND = 10
"""Requests of the scan per second at most. A page of items of 300 bytes is 75 read units, and a partition serves 3,000
per second, to the API too.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
"""

# Before each further attempt. A conflict is over within milliseconds; a table that throttles needs seconds to adapt.
_WAITS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5)

T = TypeVar("T")


class Result(StrEnum):
    """What became of a dossier."""

    REWRITTEN = "rewritten"
    UNCHANGED = "unchanged"
    """The stored row and index keys are those that its person gives: nothing was written."""
    DELETED = "deleted"
    """It was deleted after the scan had read it."""
    FAILED = "failed"


class Reason(StrEnum):
    """Why a dossier failed. It keeps what is stored."""

    CONFLICT = "conflict"
    """Other writes of the same dossier outlasted the retries."""
    NO_PERSON = "no_person"
    """There is no person item: a defect, because a create writes both in one transaction."""
    REFUSED = "refused"
    """DynamoDB refuses an item: a defect."""
    TOO_LONG = Keyword.TOO_LONG
    """By the new rules, a word of the name is too long for a key."""
    TOO_MANY_WORDS = Keyword.TOO_MANY_WORDS
    """By the new rules, the name has more words than one transaction can replace."""


@dataclass(frozen=True)
class Outcome:
    """What became of one dossier. `reason`: why it failed.

    `conflicts`: attempts that wrote nothing, because another write changed the dossier after it was read.
    """

    dossier_id: str
    result: Result
    reason: Reason | None = None
    conflicts: int = 0


class CannotReindex(Exception):
    """No valid items can be derived for a dossier."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Options:
    """How to reindex.

    `rate`: dossiers per second at most. `force`: write the dossiers that have not changed too, for a version that
    stores something new in name items. `dry_run`: write nothing; the outcomes are those of a real run. `should_stop`:
    called between dossiers and between attempts; when it returns True, the run ends after the writes in progress.
    """

    rate: float
    force: bool = False
    dry_run: bool = False
    should_stop: Callable[[], bool] = lambda: False


def reindex(table: Table, options: Options) -> Iterator[Outcome]:
    """Reindex every dossier of the table, and yield what became of each.

    A dossier that is created during the run may be left out. At most ITEMS_PER_PAGE and WORKERS dossiers are in memory.
    Raises TryAgain when DynamoDB throttles or is out of reach for longer than the retries take, and DatabaseError when
    it refuses a request. The writes in progress are finished then, and another run continues.
    """
    pace = _Pace(options.rate)
    with ThreadPoolExecutor(WORKERS, "reindex") as pool:
        running: deque[Future[Outcome | None]] = deque()
        for dossier in _dossiers(table, options):
            if len(running) == WORKERS:
                yield from _result(running.popleft())
            pace.wait()
            running.append(pool.submit(_reindex, table, dossier, options))
        while running:
            yield from _result(running.popleft())


def count(table: Table, options: Options) -> int:
    """About how many dossiers the table has, for an estimate of the time. Reads every item of the table."""
    return sum(_pages(lambda after: table.count(items.DOSSIER_PREFIX, limit=ITEMS_PER_PAGE, after=after), options))


def plan(stored: StoredDossier, *, force: bool = False) -> list[Write]:
    """The writes that replace the row and the name items of a dossier by those that its person gives.

    A dossier without a version gets one. Empty when the stored items are these already, unless with `force`. At most 98
    writes, of the 100 of a transaction. Raises CannotReindex.
    """
    words = stored.content.index_words
    if stored.content.name_problems:
        raise CannotReindex(Reason.TOO_MANY_WORDS)
    if any(names.is_too_long(word) for word in words):
        raise CannotReindex(Reason.TOO_LONG)
    return [] if stored_dossier.is_indexed(stored) and not force else stored_dossier.reindex(stored)


def _reindex(table: Table, dossier: Item, options: Options) -> Outcome | None:
    """Reindex the dossier that the scan has read. Returns None when the run is stopped before an attempt succeeds."""
    read: Item | None = dossier
    conflicts = 0
    for wait in (*_WAITS, None):
        try:
            return replace(_attempt(table, key_of(dossier), read, options), conflicts=conflicts)
        except (Cancelled, TryAgain) as exc:
            if exc.cause in (None, Cause.CONFLICT):
                conflicts += 1
            elif wait is None:
                raise TryAgain(exc.cause) from exc
        if wait is not None and not _wait(wait, options):
            return None
        read = None
    return Outcome(_dossier_id(dossier), Result.FAILED, Reason.CONFLICT, conflicts)


def _attempt(table: Table, key: Key, read: Item | None, options: Options) -> Outcome:
    """Reindex the dossier with this key once. `read`: its item; without it, the item is read first."""
    _, dossier_id = items.parse_dossier_key(key)
    dossier = table.get(key) if read is None else read
    stored_person = table.get(items.person_key(dossier_id))
    if dossier is None or (stored_person is None and table.get(key) is None):
        return Outcome(dossier_id, Result.DELETED)
    if stored_person is None:
        return Outcome(dossier_id, Result.FAILED, Reason.NO_PERSON)
    try:
        writes = plan(StoredDossier(dossier, stored_person), force=options.force)
        if writes and not options.dry_run:
            table.write(writes)
    except CannotReindex as exc:
        return Outcome(dossier_id, Result.FAILED, exc.reason)
    except DatabaseError as exc:
        if "Validation" not in exc.code:  # missing rights or a missing table, which every other dossier would meet too
            raise
        return Outcome(dossier_id, Result.FAILED, Reason.REFUSED)
    return Outcome(dossier_id, Result.REWRITTEN if writes else Result.UNCHANGED)


def _result(future: Future[Outcome | None]) -> Iterator[Outcome]:
    """Wait for the outcome and yield it. Yields nothing for a dossier that the run was stopped before."""
    outcome = future.result()
    if outcome is not None:
        yield outcome


def _dossiers(table: Table, options: Options) -> Iterator[Item]:
    """The dossier items of the table, until the run is stopped."""
    for page in _pages(lambda after: table.scan(items.DOSSIER_PREFIX, limit=ITEMS_PER_PAGE, after=after), options):
        for dossier in page:
            if options.should_stop():
                return
            yield dossier


def _pages(read: Callable[[Key | None], tuple[T, Key | None]], options: Options) -> Iterator[T]:
    """The pages that `read` returns, each read after the key with which the one before ended."""
    pace, after = _Pace(PAGES_PER_SECOND), None
    while not options.should_stop():
        pace.wait()
        page = _retry(partial(read, after), options)
        if page is None:
            return
        values, after = page
        yield values
        if after is None:
            return


def _retry(read: Callable[[], T], options: Options) -> T | None:
    """What `read` returns, attempted again after TryAgain. Returns None when the run is stopped meanwhile."""
    for wait in _WAITS:
        try:
            return read()
        except TryAgain:
            if not _wait(wait, options):
                return None
    return read()


def _wait(seconds: float, options: Options) -> bool:
    """Wait for up to so many seconds. Returns whether the run goes on."""
    if not options.should_stop():
        time.sleep(random.uniform(0, seconds))  # noqa: S311 - spreads the attempts, keeps no secret
    return not options.should_stop()


class _Pace:
    """Lets through at most so many calls per second."""

    def __init__(self, per_second: float) -> None:
        self._interval = 1 / per_second
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next call is due."""
        now = time.monotonic()
        if now < self._next:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + self._interval


def _dossier_id(dossier: Item) -> str:
    return items.parse_dossier_key(key_of(dossier))[1]
