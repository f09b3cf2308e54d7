"""Importing: each record of a file becomes one dossier, once, however often the import is repeated.

A dossier is recognized by its id, which exports write; by its external identifier; and without either, for 24 hours, by
an Idempotency-Key of the file's name, the line and the content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from cli.transfer import backoff, fields
from cli.transfer.parallel import ShouldStop, Turn, Turns, in_order
from cli.transfer.records import Record
from cli.transfer.targets import Target
from dossiers.domain import json_object, person
from dossiers.domain.content import Content
from dossiers.domain.errors import Cause, DossierNotFound, Invalid, Keyword, Problem, Taken, TryAgain


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
    """What became of one record. `problems`: why it was rejected.

    `has_key`: it was created, and nothing but its Idempotency-Key recognizes it when it is imported again.
    """

    record: Record
    result: Result
    problems: Sequence[Problem] = ()
    has_key: bool = False


@dataclass(frozen=True)
class Options:
    """How to import.

    `file`: names the file in keys, so that the same rows of two files are two dossiers. `update`: update the dossier
    that a record is of. `should_stop`: called between records; when it returns True, the import ends after the records
    in progress.
    """

    file: str
    update: bool = False
    should_stop: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class _Row:
    """A record whose fields are valid."""

    record: Record
    content: Content
    turn: Turn


def import_records(target: Target | None, records: Iterable[Record], options: Options) -> Iterator[Outcome]:
    """Import the records, and yield what became of each, in their order. Without a target, it is a dry run.

    Records of the same dossier are sent in their order. Raises TryAgain when the service does not respond for minutes,
    and UserError when it refuses the user. The same import can be repeated then.
    """
    if target is None:
        for record in records:
            if options.should_stop():
                return
            checked = _check(record)
            yield checked if isinstance(checked, Outcome) else Outcome(record, Result.VALID)
        return

    def send(row: _Row | Outcome, is_stopping: ShouldStop) -> Outcome:
        return row if isinstance(row, Outcome) else _send(target, row, options, is_stopping)

    yield from in_order(send, _rows(records), options.should_stop)


def key_of(file: str, record: Record, content: Content) -> str:
    """The Idempotency-Key of a record: the same whenever the same line of the same file is imported.

    A record with the id of a dossier is the same in every file.
    """
    place = [file, str(record.line)] if record.dossier_id is None else [record.dossier_id]
    parts = [*place, json_object.digest(fields.to_document(content))]
    return "import-" + sha256("\n".join(parts).encode(errors="surrogateescape")).hexdigest()


def _rows(records: Iterable[Record]) -> Iterator[_Row | Outcome]:
    turns = Turns()
    for record in records:
        content = _check(record)
        if isinstance(content, Outcome):
            yield content
        else:
            dossiers = (record.dossier_id, content.external_identifier)
            yield _Row(record, content, turns.take(filter(None, dossiers)))


def _check(record: Record) -> Content | Outcome:
    """What the record says, or why it is rejected."""
    problems = list(record.problems)
    if not problems:
        valid, problems = person.validate(dict(record.document), now=datetime.now(UTC))
        content = valid.content
        problems = [*problems, *content.name_problems] or content.problems()
    return Outcome(record, Result.REJECTED, problems) if problems else content


def _send(target: Target, row: _Row, options: Options, is_stopping: ShouldStop) -> Outcome:
    record, content = row.record, row.content
    # A dossier that has an identifier is recognized by it, for longer than by a key, and also when it was deleted.
    key = key_of(options.file, record, content) if content.external_identifier is None else None

    def use(dossier_id: str, field: str) -> Result:
        stored = target.read(dossier_id)
        if stored == content:
            return Result.EXISTED
        if not options.update:
            raise Invalid([(field, Keyword.TAKEN)])
        return Result.EXISTED if target.update(dossier_id, record.document) == stored else Result.UPDATED

    def attempt() -> Result:
        if record.dossier_id is not None:
            try:
                return use(record.dossier_id, fields.DOSSIER_ID)
            except DossierNotFound:  # an export of another group, or the dossier was deleted
                pass
        try:
            return Result.CREATED if target.create(content, key) else Result.EXISTED
        except Taken as taken:
            holder = taken.dossier_id
        try:
            return use(holder, fields.EXTERNAL_IDENTIFIER)
        except DossierNotFound as exc:  # deleted since, so that the identifier is free
            raise TryAgain(Cause.CONFLICT) from exc

    try:
        with row.turn:
            result = backoff.retry(attempt, is_stopping)
    except Invalid as exc:
        problems = [(field, keyword) for field, keywords in exc.problems.items() for keyword in keywords]
        return Outcome(record, Result.REJECTED, problems)
    return Outcome(record, result, has_key=key is not None and result is Result.CREATED)
