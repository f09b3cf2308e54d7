"""Exporting: every dossier of a group, in a form that an import accepts."""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TextIO

from cli.transfer import backoff, fields
from cli.transfer.targets import Target
from dossiers.domain.content import Content
from dossiers.domain.errors import DossierNotFound

WORKERS = 8
"""Dossiers that are read in parallel."""

_DOSSIERS_AHEAD = 4 * WORKERS

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheet programs take for the start of a formula.
https://owasp.org/www-community/attacks/CSV_Injection
"""

Write = Callable[[Content], None]


def contents(source: Target, should_stop: Callable[[], bool] = lambda: False) -> Iterator[Content]:
    """What each dossier of the group holds, in the order of their ids. One that is deleted meanwhile is left out."""
    with ThreadPoolExecutor(WORKERS, "export") as pool:
        running: deque[Future[Content | None]] = deque()
        try:
            for dossier_id in source.ids():
                if should_stop():
                    return
                if len(running) == _DOSSIERS_AHEAD:
                    yield from _finished(running.popleft())
                running.append(pool.submit(_read, source, dossier_id, should_stop))
            while running:
                yield from _finished(running.popleft())
        finally:
            pool.shutdown(cancel_futures=True)


def ndjson_writer(file: TextIO) -> Write:
    """Writes a dossier as a line of NDJSON: the body of a create."""

    def write(content: Content) -> None:
        file.write(json.dumps(fields.nest(fields.flatten(content)), ensure_ascii=False, separators=(",", ":")) + "\n")

    return write


def csv_writer(file: TextIO, *, neutralize: bool) -> Write:
    """Writes the header now, and each dossier as a row.

    `neutralize`: put an apostrophe before a text that a spreadsheet program would take for a formula. An import does
    not take it away.
    """
    writer = csv.writer(file)
    writer.writerow(fields.FIELDS)

    def write(content: Content) -> None:
        values = fields.flatten(content)
        cells = [values.get(name, "") for name in fields.FIELDS]
        writer.writerow([_neutralize(cell) for cell in cells] if neutralize else cells)

    return write


def _neutralize(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _read(source: Target, dossier_id: str, should_stop: Callable[[], bool]) -> Content | None:
    try:
        return backoff.retry(lambda: source.read(dossier_id), should_stop)
    except DossierNotFound:
        return None


def _finished(future: Future[Content | None]) -> Iterator[Content]:
    content = future.result()
    if content is not None:
        yield content
