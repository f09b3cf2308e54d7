"""The result of one benchmark: a table, how it was measured, and the targets."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Target:
    """A measured value and the largest value that meets the target."""

    name: str
    value: float
    maximum: float

    @property
    def is_met(self) -> bool:
        return self.value <= self.maximum

    def cells(self) -> list[str]:
        """The cells under TARGET_HEADER."""
        return [self.name, _number(self.value), _number(self.maximum), "yes" if self.is_met else "**missed**"]


TARGET_HEADER = ["target", "measured", "at most", "met"]


@dataclass(frozen=True)
class Result:
    """The result of one benchmark.

    `method`: what was measured and how; each line is a paragraph or a list item. `data`: the numbers that plots and
    other benchmarks use.
    """

    title: str
    method: str
    header: list[str]
    lines: list[list[str]]
    targets: list[Target] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


Log = Callable[[str], None]
"""Reports what is measured now."""


def table(header: list[str], lines: list[list[str]]) -> str:
    """A Markdown table whose columns are aligned, so that it is readable in a terminal too."""
    widths = [max(map(len, column)) for column in zip(header, *lines, strict=True)]

    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    return "\n".join([line(header), "|" + "|".join("-" * (width + 2) for width in widths) + "|", *map(line, lines)])
