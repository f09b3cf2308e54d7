"""Importing: each record of a file becomes one dossier, once, however often the import is repeated."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from cli.transfer import backoff
from cli.transfer.records import Record
from cli.transfer.targets import Target
from dossiers.domain import json_object, person
from dossiers.domain.content import Content
from dossiers.domain.errors import DossierNotFound, Invalid, Keyword, Problem, Taken

WORKERS = 8
"""Records that are sent in parallel."""

_RECORDS_AHEAD = 4 * WORKERS


class Result(StrEnum):
    """What became of a record."""

    CREATED = "created"
    UPDATED = "updated"
    EXISTED = "existed"
    """The same dossier exists: this import, or one before it, has created it."""
    VALID = "valid"
    """A dry run would have created or updated it, as far as the record alone tells."""
    REJECTED = "rejected"


@dataclass(frozen=True)
class Outcome:
    """What became of one record. `problems`: why it was rejected."""

    record: Record
    result: Result
    problems: Sequence[Problem] = ()


@dataclass(frozen=True)
class Options:
    """How to import.

    `file`: names the file in keys, so that the same rows of two files are two dossiers. `update`: update the dossier
    that has the identifier of a record. `should_stop`: called between records; when it returns True, the import ends
    after the records in progress.
    """

    file: str
    update: bool = False
    should_stop: Callable[[], bool] = lambda: False


def import_records(target: Target | None, records: Iterator[Record], options: Options) -> Iterator[Outcome]:
    """Import the records, and yield what became of each, in their order. Without a target, it is a dry run.

    Raises TryAgain when the service does not respond for minutes. The same import can be repeated then.
    """
    if target is None:
        for record in records:
            if options.should_stop():
                return
            yield _import(None, record, options)
        return
    with ThreadPoolExecutor(WORKERS, "import") as pool:
        running: deque[Future[Outcome]] = deque()
        try:
            for record in records:
                if options.should_stop():
                    break
                if len(running) == _RECORDS_AHEAD:
                    yield running.popleft().result()
                running.append(pool.submit(_import, target, record, options))
            while running:
                yield running.popleft().result()
        except backoff.Stopped:
            return
        finally:
            pool.shutdown(cancel_futures=True)


def key_of(file: str, record: Record) -> str:
    """The Idempotency-Key of a record: the same whenever the same line of the same file is imported."""
    content = json_object.digest(dict(record.document))
    return "import-" + sha256("\n".join((file, str(record.line), content)).encode()).hexdigest()


def _import(target: Target | None, record: Record, options: Options) -> Outcome:
    try:
        if record.problems:
            raise Invalid(record.problems)  # noqa: TRY301 - one place makes the outcome of a rejected record
        content = _content(record)
        result = Result.VALID if target is None else _send(target, record, content, options)
    except Invalid as exc:
        problems = [(field, keyword) for field, keywords in exc.problems.items() for keyword in keywords]
        return Outcome(record, Result.REJECTED, problems)
    return Outcome(record, result)


def _content(record: Record) -> Content:
    """What the record says. Raises Invalid with all problems."""
    valid, problems = person.validate(dict(record.document), now=datetime.now(UTC))
    content = valid.content
    if found := [*problems, *content.name_problems] or content.problems():
        raise Invalid(found)
    return content


def _send(target: Target, record: Record, content: Content, options: Options) -> Result:
    key = key_of(options.file, record)

    def send() -> Result:
        try:
            return Result.CREATED if target.create(content, key) else Result.EXISTED
        except Taken as taken:
            try:
                if options.update:
                    return Result.UPDATED if target.update(taken.dossier_id, record.document) else Result.EXISTED
                if target.read(taken.dossier_id) == content:
                    return Result.EXISTED
            except DossierNotFound:  # deleted since
                raise Invalid([("external_identifier", Keyword.TAKEN)]) from taken
            raise

    return backoff.retry(send, options.should_stop)
