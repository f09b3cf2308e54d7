"""docs/performance.md and its plots, from the rows of one run. What people write is in page.txt beside this file."""

import textwrap
from collections.abc import Mapping

from benchmarks import machine, plots
from benchmarks.row import REACH_HEADER, Row, table
from benchmarks.sides import HERE

_DOCS = HERE.parent / "docs"
PAGE = _DOCS / "performance.md"
_PLOTS = _DOCS / "performance"


def write(rows: Mapping[str, Row]) -> None:
    """Write the page and the plots."""
    page = (HERE / "page.txt").read_text(encoding="utf-8")
    parts = {name: _part(row) for name, row in rows.items()}
    parts["machine"] = table(["", ""], machine.facts())
    parts["reaches"] = table(REACH_HEADER, [reach.cells() for row in rows.values() for reach in row.reaches])
    for name, text in parts.items():
        if page.count(f"{{{{{name}}}}}") != 1:
            raise RuntimeError(f"page.txt has no place for {name}")
        page = page.replace(f"{{{{{name}}}}}", text)
    PAGE.write_text(page, encoding="utf-8")
    plots.cold_starts(_PLOTS / "cold_start.svg", rows["cold_start"].data | rows["cold_create"].data)
    plots.capacity(_PLOTS / "capacity.svg", rows["capacity"].data)
    plots.long_index(_PLOTS / "long_index.svg", rows["long_index"].data["spent"])


def printed(row: Row) -> str:
    """A row for the terminal."""
    parts = [f"## {row.title}", table(row.header, row.lines)]
    if row.reaches:
        parts.append(table(REACH_HEADER, [reach.cells() for reach in row.reaches]))
    return "\n\n".join(parts)


def _part(row: Row) -> str:
    how = [
        textwrap.fill(line, 118, subsequent_indent="  " * line.startswith("- "), break_on_hyphens=False)
        for line in row.how.splitlines()
    ]
    return "\n".join(how) + f"\n\n{table(row.header, row.lines)}"
