"""Prints what the API returns: aligned on a terminal, otherwise as lines with tabs, or as the API's JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.api_client import ApiResponse
from dossiers.domain.content import PERSON_FIELDS

_ROWS_PER_TABLE = 10_000
"""A longer list becomes several tables, so that the first rows do not wait for the last."""

_MIN_WIDTH = 80
"""Columns of a table. A narrower terminal breaks its lines, so that no value is cut."""

Cell = str | int | None


def print_list(pages: Iterable[ApiResponse], limit: int | None, *, as_json: bool) -> None:
    """Print the rows of the pages, at most `limit`. As JSON they are one table, as if the API had returned one page."""
    print_page = _print_json if as_json else _print_rows
    headers: list[str] = []

    def rows() -> Iterator[list[Cell]]:
        for page in pages:
            table = page.json
            headers[:] = table["headers"]
            yield from table["rows"]

    print_page(headers, islice(rows(), limit))


def print_dossier(response: ApiResponse, *, as_json: bool) -> None:
    """Print a dossier: a line for each field, with the name of the field and its value."""
    if as_json:
        _write(response.body.decode() + "\n")
        return
    dossier = response.json
    lines: dict[str, Cell] = {
        "id": dossier["id"],
        "external_identifier": dossier["dossier"]["external_identifier"],
        **{field: dossier["person"][field] for field in PERSON_FIELDS},
        "created_at": dossier["created_at"],
        "updated_at": dossier["updated_at"],
        "version": response.headers.get("etag", "").strip('"'),
    }
    _print_rows([], iter([[name, value] for name, value in lines.items()]))


def _print_rows(headers: Sequence[str], rows: Iterator[list[Cell]]) -> None:
    console = Console()
    if not console.is_terminal:
        for row in rows:
            _write("\t".join(_as_text(cell).replace("\n", "\\n") for cell in row) + "\n")
        return
    console.width = max(console.width, _MIN_WIDTH)
    while chunk := list(islice(rows, _ROWS_PER_TABLE)):
        table = Table(
            box=box.SIMPLE_HEAD,
            show_header=bool(headers),
            header_style="bold",
            show_edge=False,
            pad_edge=False,
            padding=(0, 1, 0, 0),
        )
        for number, name in enumerate(headers or ["", ""]):
            longest = max(len(_as_text(row[number])) for row in chunk)
            # An id is copied from the terminal, so it stays on one line. So does a column that is as wide as its name.
            table.add_column(name, overflow="fold", no_wrap=name == "id" or longest <= len(name))
        for row in chunk:
            # Text, so that brackets in a name are not taken for markup.
            table.add_row(*(Text(_as_text(cell)) for cell in row))
        console.print(table)


def _print_json(headers: Sequence[str], rows: Iterator[list[Cell]]) -> None:
    first = next(rows, None)
    _write(f'{{"headers":{_as_json(headers)},"rows":[')
    if first is not None:
        _write(_as_json(first))
    for row in rows:
        _write(f",{_as_json(row)}")
    _write("]}\n")


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _as_text(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _write(text: str) -> None:
    sys.stdout.write(text)
