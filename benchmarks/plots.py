"""The plots of docs/performance.md."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot

from benchmarks.implementations import LIMIT, OURS, USUAL, ProcessTime
from benchmarks.search_reads import SCAN, WORD_INDEX, SearchReads
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
        # The same numbers give the same file.
        "svg.hashsalt": "performance",
    }
)

# Colours that colour-blind people can distinguish too.
_COLOURS = {OURS: "#0072b2", USUAL: "#e69f00", LIMIT: "#999999", WORD_INDEX: "#e69f00", SCAN: "#d55e00"}
_MARKS = {OURS: "o", USUAL: "s", LIMIT: "^", WORD_INDEX: "s", SCAN: "D"}


def cold_starts(file: Path, times: Mapping[str, Mapping[str, list[ProcessTime]]]) -> None:
    """Bars of the CPU of each request in each implementation, with quartiles.

    `times`: request -> implementation -> the times of its processes.
    """
    figure, axes = pyplot.subplots()
    width = 0.27
    for position, name in enumerate((OURS, USUAL, LIMIT)):
        measured = [(number, own[name]) for number, own in enumerate(times.values()) if name in own]
        spreads = [Spread.of(time.cpu * 1000 for time in own) for _, own in measured]
        bars = axes.bar(
            [number + (position - 1) * width for number, _ in measured],
            [spread.median for spread in spreads],
            width * 0.92,
            yerr=[
                [spread.median - spread.low for spread in spreads],
                [spread.high - spread.median for spread in spreads],
            ],
            error_kw={"elinewidth": 1},
            color=_COLOURS[name],
            label=name,
        )
        axes.bar_label(bars, fmt="%.0f", padding=3)
    axes.set_xticks(range(len(times)), list(times))
    axes.set_ylabel("CPU, ms")
    axes.set_title("Cold start: from process start to first response")
    axes.legend()
    _save(figure, file)


def capacity(file: Path, reads: Mapping[str, Mapping[int, SearchReads]]) -> None:
    """Lines of the read units by the size of the group, on logarithmic axes. `reads`: design -> size -> reads."""
    figure, axes = pyplot.subplots()
    for design, by_size in reads.items():
        units = [one.units for one in by_size.values()]
        axes.plot(list(by_size), units, color=_COLOURS[design], marker=_MARKS[design], label=design)
        last = list(by_size)[-1]
        axes.annotate(f"{units[-1]:,.0f}", (last, units[-1]), (8, -3), textcoords="offset points")
    axes.set(xscale="log", yscale="log", xlabel="dossiers in the group", ylabel="read units per search")
    axes.set_ylim(bottom=1)
    axes.set_title("Read units of a search for two words with three matches")
    axes.legend(loc="upper left")
    _save(figure, file)


def long_index(file: Path, cpu: Mapping[int, Mapping[str, Spread]]) -> None:
    """Lines of the CPU of a list by its length, on logarithmic axes. `cpu`: rows -> implementation -> seconds."""
    figure, axes = pyplot.subplots()
    for name in (USUAL, OURS, LIMIT):
        milliseconds = [own[name].median * 1000 for own in cpu.values()]
        axes.plot(list(cpu), milliseconds, color=_COLOURS[name], marker=_MARKS[name], label=name)
        if name != LIMIT:  # the lines of ours and of the limit are so close that their numbers would overlap
            last = list(cpu)[-1]
            axes.annotate(f"{milliseconds[-1]:,.0f} ms", (last, milliseconds[-1]), (8, -3), textcoords="offset points")
    axes.set(xscale="log", yscale="log", xlabel="rows", ylabel="CPU, ms")
    axes.set_title("CPU of a list: from DynamoDB's response to the body")
    axes.legend(loc="upper left")
    _save(figure, file)


def _save(figure: Any, file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)
