"""The plots of docs/performance.md."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot

from benchmarks.search_reads import SCAN, WORD_INDEX, Read
from benchmarks.sides import LIMIT, OURS, USUAL, Cost
from benchmarks.timing import Spread

mpl.use("svg")
mpl.rcParams.update(
    {
        "axes.spines.right": False,
        "axes.spines.top": False,
        "figure.constrained_layout.use": True,
        "figure.figsize": (7, 3.6),
        "font.size": 10,
        "legend.frameon": False,
        # The same file from the same numbers.
        "svg.hashsalt": "performance",
    }
)

# Told apart by people who see no red or green too.
_COLOURS = {OURS: "#0072b2", USUAL: "#e69f00", LIMIT: "#999999", WORD_INDEX: "#e69f00", SCAN: "#d55e00"}
_MARKS = {OURS: "o", USUAL: "s", LIMIT: "^", WORD_INDEX: "s", SCAN: "D"}


def cold_starts(file: Path, spent: Mapping[str, Mapping[str, list[Cost]]]) -> None:
    """Bars of the CPU of each request's sides, with quartiles."""
    figure, axes = pyplot.subplots()
    width = 0.27
    for place, side in enumerate((OURS, USUAL, LIMIT)):
        shown = [(number, of[side]) for number, of in enumerate(spent.values()) if side in of]
        spreads = [Spread.of(cost.cpu * 1000 for cost in costs) for _, costs in shown]
        bars = axes.bar(
            [number + (place - 1) * width for number, _ in shown],
            [spread.median for spread in spreads],
            width * 0.92,
            yerr=[
                [spread.median - spread.low for spread in spreads],
                [spread.high - spread.median for spread in spreads],
            ],
            error_kw={"elinewidth": 1},
            color=_COLOURS[side],
            label=side,
        )
        axes.bar_label(bars, fmt="%.0f", padding=3)
    axes.set_xticks(range(len(spent)), list(spent))
    axes.set_ylabel("CPU, ms")
    axes.set_title("Cold start: process start to first answer")
    axes.legend()
    _save(figure, file)


def capacity(file: Path, read: Mapping[str, Mapping[int, Read]]) -> None:
    """Lines of read units by the size of the group, both logarithmic."""
    figure, axes = pyplot.subplots()
    for side, by_size in read.items():
        units = [of.units for of in by_size.values()]
        axes.plot(list(by_size), units, color=_COLOURS[side], marker=_MARKS[side], label=side)
        last = list(by_size)[-1]
        axes.annotate(f"{units[-1]:,.0f}", (last, units[-1]), (8, -3), textcoords="offset points")
    axes.set(xscale="log", yscale="log", xlabel="dossiers in the group", ylabel="read units per search")
    axes.set_ylim(bottom=1)
    axes.set_title("A search for two words that three people have")
    axes.legend(loc="upper left")
    _save(figure, file)


def long_index(file: Path, spent: Mapping[int, Mapping[str, Spread]]) -> None:
    """Lines of the CPU of a list by its length, both logarithmic."""
    figure, axes = pyplot.subplots()
    for side in (USUAL, OURS, LIMIT):
        milliseconds = [of[side].median * 1000 for of in spent.values()]
        axes.plot(list(spent), milliseconds, color=_COLOURS[side], marker=_MARKS[side], label=side)
        if side != LIMIT:  # ours is hardly above it, and one number would hide the other
            last = list(spent)[-1]
            axes.annotate(f"{milliseconds[-1]:,.0f} ms", (last, milliseconds[-1]), (8, -3), textcoords="offset points")
    axes.set(xscale="log", yscale="log", xlabel="rows", ylabel="CPU, ms")
    axes.set_title("A list: from DynamoDB's bytes to the body")
    axes.legend(loc="upper left")
    _save(figure, file)


def _save(figure: Any, file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)
