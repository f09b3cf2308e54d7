"""Exporting: every dossier of a group, in a form that an import accepts."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import TextIO

from cli.transfer import backoff, fields
from cli.transfer.parallel import ShouldStop, in_order
from cli.transfer.targets import Target
from dossiers.domain.content import Content
from dossiers.domain.errors import DossierNotFound

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheet programs take for the start of a formula.
https://owasp.org/www-community/attacks/CSV_Injection
"""

Dossier = tuple[str, Content]
"""The id of a dossier, and what it holds."""

Write = Callable[[Dossier], None]


def dossiers(source: Target, should_stop: ShouldStop = lambda: False) -> Iterator[Dossier]:
    """Each dossier of the group, in the order of their ids. One that is deleted meanwhile is left out.

    Raises TryAgain when the service does not respond for minutes, and UserError when it refuses the user.
    """

    def read(dossier_id: str, is_stopping: ShouldStop) -> Dossier | None:
        try:
            return dossier_id, backoff.retry(lambda: source.read(dossier_id), is_stopping)
        except DossierNotFound:
            return None

    try:
        yield from in_order(read, source.ids(partial(backoff.retry, should_stop=should_stop)), should_stop)
    except backoff.Stopped:
        return


def ndjson_writer(file: TextIO) -> Write:
    """Writes a dossier as a line of NDJSON: its id, and the body of a create."""

    def write(dossier: Dossier) -> None:
        dossier_id, content = dossier
        line = {fields.DOSSIER_ID: dossier_id, **fields.to_document(content)}
        file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")

    return write


def csv_writer(file: TextIO, *, neutralize: bool) -> Write:
    """Writes the header now, and each dossier as a row.

    `neutralize`: put an apostrophe before a text that a spreadsheet program would take for a formula. An import does
    not take it away.
    """
    writer = csv.writer(file)
    writer.writerow(fields.COLUMNS)

    def write(dossier: Dossier) -> None:
        dossier_id, content = dossier
        values = fields.flatten(content)
        cells = [values.get(name, "") for name in fields.FIELDS]
        writer.writerow([dossier_id, *(map(_neutralize, cells) if neutralize else cells)])

    return write


def _neutralize(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
