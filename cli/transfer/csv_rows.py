"""The rows of a CSV file (RFC 4180), with any of four delimiters and the columns in any order."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cli.transfer import fields
from cli.transfer.text_file import MAX_LINE, Line, detect_delimiter
from dossiers.domain import text
from dossiers.domain.errors import Keyword
from local.errors import UserError

REJECTION_COLUMNS = ("line", "field", "keyword")
"""The columns that a file of rejected rows has before those of the row. An import ignores them."""


@dataclass(frozen=True)
class Row:
    """A row. `line`: where it begins. `problem`: it cannot be read, and the cells are those of its first line alone."""

    line: int
    cells: Sequence[str]
    problem: Keyword | None = None


class _TooLong(Exception):
    """A row has more than MAX_LINE characters."""


def read(lines: Iterator[Line]) -> tuple[Sequence[str], str, Iterator[Row]]:
    """The names in the header, the delimiter, and the rows after it. Raises UserError without a header."""
    first = next(lines, None)
    if first is None:
        raise UserError("the file is empty: the first line has to name the columns")
    delimiter = detect_delimiter(first.text)
    rows = _rows(_Feed(lines, first), delimiter)
    header = next(rows, None)
    if header is None or header.problem is not None:
        raise UserError("the first line has to name the columns")
    names = [text.trim(name) for name in header.cells]
    skipped = len(REJECTION_COLUMNS) if tuple(names[: len(REJECTION_COLUMNS)]) == REJECTION_COLUMNS else 0
    return names[skipped:], delimiter, (replace(row, cells=row.cells[skipped:]) for row in rows)


def columns(header: Sequence[str], names: Mapping[str, str]) -> dict[int, str]:
    """The field of each column of a header. Raises UserError for columns that are no field's, or that come twice."""
    found: dict[int, str] = {}
    unknown: list[str] = []
    for index, name in enumerate(header):
        field = names.get(name, name)
        if field in fields.COLUMNS:
            if field in found.values():
                raise UserError(f"two columns are {field}")
            found[index] = field
        elif field:
            unknown.append(name)
    if unknown:
        raise UserError(
            f"unknown columns: {', '.join(map(repr, unknown))}; --map COLUMN=FIELD names the field of a column, and "
            "--map COLUMN= ignores it"
        )
    if missing := sorted(set(names) - set(header)):
        raise UserError(f"--map names columns that the file lacks: {', '.join(map(repr, missing))}")
    if not found:
        raise UserError("no column of the file is a field of a dossier")
    return found


class _Feed:
    """The lines for `csv.reader`, and a way back: when a row cannot be read, the reader has read on behind its line."""

    def __init__(self, lines: Iterator[Line], first: Line) -> None:
        self.taken: list[Line] = []
        self._lines = lines
        self._again = deque([first])
        self._characters = 0

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        self._characters += len(line.text)
        if not line.is_whole or self._characters > MAX_LINE:
            raise _TooLong
        return line.text

    def begin_row(self) -> None:
        """Forget the lines of the row before."""
        self.taken.clear()
        self._characters = 0

    def read_again_after_first(self) -> Line:
        """The first line of the row. The others are read again, as rows of their own."""
        first, *others = self.taken
        self._again.extendleft(reversed(others))
        return first


def _rows(feed: _Feed, delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(MAX_LINE)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLong):
            # A quote is not closed, or characters follow the one that closes it. So that this costs one line, and not
            # the rest of the file, the lines after it are read again.
            yield _unreadable_row(feed.read_again_after_first(), delimiter)
            reader = csv.reader(feed, delimiter=delimiter, strict=True)
            continue
        if len(cells) > 1 or "".join(cells).strip():  # a blank line is no row
            yield Row(feed.taken[0].number, cells)


def _unreadable_row(line: Line, delimiter: str) -> Row:
    row = Row(line.number, (), Keyword.TOO_LONG)
    if not line.is_whole:
        return row
    return replace(
        row, cells=next(csv.reader([line.text.rstrip("\r\n")], delimiter=delimiter)), problem=Keyword.INVALID
    )
