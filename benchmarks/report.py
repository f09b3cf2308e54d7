"""Writes docs/performance.md and its plots from the results of one run. The text is in page.txt beside this file."""

import textwrap
from collections.abc import Mapping

from benchmarks import machine, plots
from benchmarks.implementations import HERE
from benchmarks.result import TARGET_HEADER, Result, table

_DOCS = HERE.parent / "docs"
PAGE = _DOCS / "performance.md"
_PLOTS = _DOCS / "performance"


def write(results: Mapping[str, Result]) -> None:
    """Write the page and the plots. Raises RuntimeError unless page.txt has one placeholder for each result."""
    page = (HERE / "page.txt").read_text(encoding="utf-8")
    parts = {name: _format_part(result) for name, result in results.items()}
    parts["machine"] = table(["", ""], machine.facts())
    parts["targets"] = table(TARGET_HEADER, [one.cells() for result in results.values() for one in result.targets])
    for name, text in parts.items():
        if page.count(f"{{{{{name}}}}}") != 1:
            raise RuntimeError(f"page.txt has no placeholder for {name}, or more than one")
        page = page.replace(f"{{{{{name}}}}}", text)
    PAGE.write_text(page, encoding="utf-8")
    plots.cold_starts(_PLOTS / "cold_start.svg", results["cold_start"].data | results["cold_create"].data)
    plots.capacity(_PLOTS / "capacity.svg", results["capacity"].data)
    plots.long_index(_PLOTS / "long_index.svg", results["long_index"].data["cpu"])


def format_result(result: Result) -> str:
    """A result for the terminal: its table and its targets."""
    parts = [f"## {result.title}", table(result.header, result.lines)]
    if result.targets:
        parts.append(table(TARGET_HEADER, [target.cells() for target in result.targets]))
    return "\n\n".join(parts)


def _format_part(result: Result) -> str:
    """A result for the page: its method and its table."""
    method = [
        textwrap.fill(line, 118, subsequent_indent="  " * line.startswith("- "), break_on_hyphens=False)
        for line in result.method.splitlines()
    ]
    return "\n".join(method) + f"\n\n{table(result.header, result.lines)}"
