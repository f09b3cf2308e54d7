"""The records of a file that is imported, one after the other: memory does not grow with the file."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TextIO

from cli.transfer import encoding, fields
from dossiers.domain import json_object
from dossiers.domain.errors import BASE, InvalidJson, Keyword, Problem
from local.errors import UserError

STANDARD_INPUT = "-"
REJECTION_COLUMNS = ("line", "field", "keyword")
"""The columns that the file of rejected rows has before those of the row. An import ignores them."""

REJECTION_MEMBERS = ("line", "errors")
"""The same in NDJSON."""

_HEAD = 1 << 16
_MAX_FIELD = 1 << 20
"""Characters of one CSV field. A quote that is never closed would otherwise read the rest of the file as one field."""


@dataclass(frozen=True)
class Record:
    """A row of the file. `document`: the body of a create, not validated. `values`: the texts of a CSV row by column,
    or the line of an NDJSON file.

    `problems`: why it cannot be read; the document is empty then.
    """

    line: int
    document: Mapping[str, Any]
    values: Mapping[str, str] | str
    problems: Sequence[Problem] = ()


class Source(Protocol):
    """A file of records."""

    format: str
    encoding: str

    @property
    def position(self) -> int:
        """Bytes read so far."""
        ...

    @property
    def size(self) -> int | None:
        """Bytes of the file; None for standard input."""
        ...

    def records(self) -> Iterator[Record]:
        """The records, once."""
        ...


@dataclass
class _File:
    """An open file, and what was found out about it."""

    binary: BinaryIO
    text: TextIO
    encoding: str
    format: str
    names: Mapping[str, str]
    size: int | None

    @property
    def position(self) -> int:
        return 0 if self.size is None else self.binary.tell()

    def records(self) -> Iterator[Record]:
        return _csv_records(self.text, self.names) if self.format == "csv" else _ndjson_records(self.text, self.names)


@contextmanager
def open_source(path: str, names: Mapping[str, str], encoding_name: str | None = None) -> Iterator[Source]:
    """Open a CSV or NDJSON file, or standard input for `-`. The first character tells the format: `{` begins NDJSON.

    `names` maps the names in the file to names of fields; a name that is mapped to an empty text is ignored.
    `encoding_name` replaces detection. Raises UserError when the file cannot be opened.
    """
    try:
        binary = sys.stdin.buffer if path == STANDARD_INPUT else Path(path).open("rb")  # noqa: SIM115 - closed below
    except OSError as exc:
        raise UserError(f"cannot read {path}: {exc.strerror}") from exc
    with binary:
        head = binary.read(_HEAD)
        seekable = binary.seekable()
        found = encoding_name or encoding.detect_encoding(head, binary if seekable else None)
        if seekable:
            binary.seek(0)
        stream = binary if seekable else io.BufferedReader(encoding.Joined(head, binary))
        # A byte that the encoding does not have becomes half of a surrogate pair, which validation refuses.
        errors = "surrogateescape" if found in ("utf-8", "utf-8-sig", "ascii", encoding.FALLBACK) else "replace"
        text = io.TextIOWrapper(stream, found, errors=errors, newline="")
        start = head.decode(found, errors="ignore").lstrip("\ufeff \t\r\n")
        size = Path(path).stat().st_size if seekable and path != STANDARD_INPUT else None
        yield _File(binary, text, found, "ndjson" if start.startswith("{") else "csv", names, size)


def _csv_records(text: TextIO, names: Mapping[str, str]) -> Iterator[Record]:
    header_line = text.readline()
    if not header_line.strip():
        raise UserError("the file is empty: the first line has to name the columns")
    delimiter = encoding.detect_delimiter(header_line)
    header = [name.strip() for name in next(csv.reader([header_line], delimiter=delimiter))]
    columns = _columns(header, names)
    csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(text, delimiter=delimiter)
    lines = 1
    while True:
        first = lines + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a field over the limit, or a NUL in old versions of Python
            lines = reader.line_num + 1
            yield Record(first, {}, {}, [(BASE, Keyword.INVALID)])
            continue
        lines = reader.line_num + 1
        if row:
            yield _csv_record(first, row, header, columns)


def _csv_record(line: int, row: list[str], header: list[str], columns: Mapping[int, str]) -> Record:
    values = dict(zip(header, row, strict=False))
    if len(row) != len(header):
        return Record(line, {}, values, [(BASE, Keyword.INVALID)])
    return Record(line, fields.nest({name: row[index] for index, name in columns.items()}), values)


def _columns(header: list[str], names: Mapping[str, str]) -> dict[int, str]:
    """The field of each column of a header. Raises UserError for columns that are no field's, or that come twice."""
    columns: dict[int, str] = {}
    unknown: list[str] = []
    for index, name in enumerate(header):
        field = names.get(name, name)
        if field in fields.FIELDS:
            if field in columns.values():
                raise UserError(f"two columns are {field}")
            columns[index] = field
        elif field and name not in REJECTION_COLUMNS:
            unknown.append(name)
    if unknown:
        raise UserError(
            f"unknown columns: {', '.join(map(repr, unknown))}; --map COLUMN=FIELD names the field of a column, and "
            "--map COLUMN= ignores it"
        )
    missing = sorted(set(names) - set(header))
    if missing:
        raise UserError(f"--map names columns that the file lacks: {', '.join(map(repr, missing))}")
    if not columns:
        raise UserError("no column of the file is a field of a dossier")
    return columns


def _ndjson_records(text: TextIO, names: Mapping[str, str]) -> Iterator[Record]:
    for number, line in enumerate(text, 1):
        if not line.strip():
            continue
        try:
            document, problems = json_object.parse(line.encode(errors="surrogatepass"))
        except InvalidJson as exc:
            keywords = [(name, keyword) for name, found in exc.problems.items() for keyword in found]
            yield Record(number, {}, line, keywords)
            continue
        sent = {name: value for name, value in document.items() if name not in REJECTION_MEMBERS}
        if not fields.is_nested(sent):
            sent = fields.nest({field: value for name, value in sent.items() if (field := names.get(name, name))})
        yield Record(number, sent, line, problems)
