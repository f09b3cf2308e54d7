"""The records of a file that is imported, one after the other: memory does not grow with the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from cli.transfer import csv_rows, fields, ndjson_rows
from cli.transfer.text_file import FALLBACK, STANDARD_INPUT, TextFile, open_text
from dossiers.domain import text
from dossiers.domain.errors import BASE, Keyword, Problem
from local.errors import UserError

CSV, NDJSON = "csv", "ndjson"
_NDJSON_SUFFIXES = (".ndjson", ".jsonl")
_ENCODINGS = {FALLBACK: "Windows-1252", "utf-8-sig": "UTF-8 with a byte order mark"}
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}


@dataclass(frozen=True)
class Record:
    """A row of the file. `document`: the body of a create, not validated. `dossier_id`: the dossier that it is of, if
    the row says so. `original`: the cells of a CSV row, or the line of an NDJSON file.

    `problems`: why the row cannot be read; the document is empty then.
    """

    line: int
    document: Mapping[str, Any]
    dossier_id: str | None
    original: Sequence[str] | str
    problems: Sequence[Problem] = ()


@dataclass(frozen=True)
class Source:
    """An open file of records. `format`: CSV or NDJSON. `header` and `delimiter`: of a CSV file."""

    file: TextFile
    format: str
    header: Sequence[str]
    delimiter: str
    records: Iterator[Record]

    @property
    def description(self) -> str:
        """What was detected, for the user."""
        encoding = _ENCODINGS.get(self.file.encoding, self.file.encoding.upper())
        if self.format == NDJSON:
            return f"NDJSON, {encoding}"
        return f"CSV, {encoding}, separated by {_DELIMITERS[self.delimiter]}"


@contextmanager
def open_source(path: str, names: Mapping[str, str], encoding: str | None = None) -> Iterator[Source]:
    """Open a CSV or NDJSON file, or standard input for `-`. The first character tells the format: `{` begins NDJSON.

    `names` maps the names in the file to names of fields; a name that is mapped to an empty text is ignored.
    `encoding` replaces detection. Raises UserError when the file cannot be read, also while records are read.
    """
    with open_text(path, encoding) as file:
        if file.start.startswith("["):
            raise UserError("the file is a JSON array: write each of its objects on a line of its own, without commas")
        is_empty_ndjson = not file.start and PurePath(path).suffix in _NDJSON_SUFFIXES
        try:
            if file.start.startswith("{") or is_empty_ndjson:
                yield Source(file, NDJSON, (), "", _ndjson_records(file, names))
            else:
                yield _open_csv(file, names)
        except UnicodeError as exc:
            raise UserError(f"cannot read {_name(path)} as {file.encoding}: choose another --encoding") from exc


def _open_csv(file: TextFile, names: Mapping[str, str]) -> Source:
    lines = file.lines(any_end=True)
    header, delimiter, rows = csv_rows.read(lines)
    columns = csv_rows.columns(header, names)
    return Source(file, CSV, header, delimiter, _csv_records(rows, len(header), columns))


def _csv_records(rows: Iterator[csv_rows.Row], width: int, columns: Mapping[int, str]) -> Iterator[Record]:
    for row in rows:
        keyword = row.problem or (Keyword.INVALID if len(row.cells) != width else None)
        if keyword is not None:
            yield Record(row.line, {}, None, row.cells, [(BASE, keyword)])
        else:
            flat = {name: row.cells[index] for index, name in columns.items()}
            yield _record(row.line, flat, row.cells)


def _ndjson_records(file: TextFile, names: Mapping[str, str]) -> Iterator[Record]:
    for line, members, problems in ndjson_rows.read(file.lines(any_end=False), names):
        if problems:
            yield Record(line.number, {}, None, line.text if line.is_whole else "", problems)
        else:
            yield _record(line.number, members, line.text)


def _record(line: int, members: Mapping[str, Any], original: Sequence[str] | str) -> Record:
    document = dict(members)
    dossier_id = document.pop(fields.DOSSIER_ID, None)
    if not fields.is_nested(document):
        document = fields.nest(document)
    if isinstance(dossier_id, str):
        dossier_id = text.trim(dossier_id) or None
    if dossier_id is not None and not (isinstance(dossier_id, str) and text.is_dossier_id(dossier_id)):
        return Record(line, {}, None, original, [(fields.DOSSIER_ID, Keyword.INVALID)])
    return Record(line, document, dossier_id, original)


def _name(path: str) -> str:
    return "standard input" if path == STANDARD_INPUT else path
