"""One row of the results: a table, how it was measured, and the targets."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reach:
    """A target. `most`: the largest value that meets it."""

    what: str
    value: float
    most: float

    @property
    def is_met(self) -> bool:
        return self.value <= self.most

    def cells(self) -> list[str]:
        """A line of a table."""
        return [self.what, _number(self.value), _number(self.most), "yes" if self.is_met else "**missed**"]


REACH_HEADER = ["target", "measured", "at most", "met"]


@dataclass(frozen=True)
class Row:
    """`how`: what was measured in which way, a paragraph or a list in each line. `data`: numbers for the plots and for
    what other rows derive.
    """

    title: str
    how: str
    header: list[str]
    lines: list[list[str]]
    reaches: list[Reach] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


Say = Callable[[str], None]
"""Tells whoever waits what is being done."""


def table(header: list[str], lines: list[list[str]]) -> str:
    """A Markdown table whose columns line up in a terminal too."""
    widths = [max(map(len, column)) for column in zip(header, *lines, strict=True)]

    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    return "\n".join([line(header), "|" + "|".join("-" * (width + 2) for width in widths) + "|", *map(line, lines)])
