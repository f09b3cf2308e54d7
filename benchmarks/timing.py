"""Interleaved runs of several implementations, so that a machine that slows down slows all of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TypeVar

T = TypeVar("T")

DEPTHS = range(0, 132, 12)
"""The depth of the call stack below the measured code, one for each round.

Python keeps its frames in chunks of 16 KB. Before the fix of March 2026 it allocates and frees a chunk at each call
that crosses the end of a chunk, and the depth decides which calls do. 128 calls of launch.call_at_depth fill a chunk.
https://github.com/python/cpython/issues/142183
"""


@dataclass(frozen=True)
class Spread:
    """Median and quartiles of some measurements."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        ordered = sorted(values)
        if len(ordered) == 1:
            return cls(ordered[0], ordered[0], ordered[0])
        low, _, high = quantiles(ordered, n=4, method="inclusive")
        return cls(median(ordered), low, high)

    def text(self, scale: float = 1, digits: int = 0) -> str:
        """Median and quartiles as `123 (120–130)`. `scale`: a factor; `digits`: decimals."""
        middle, low, high = (f"{value * scale:,.{digits}f}" for value in (self.median, self.low, self.high))
        return f"{middle} ({low}–{high})"


def interleave(runs: Mapping[str, Callable[[int], T]], depths: Sequence[int] = DEPTHS) -> dict[str, list[T]]:
    """Call each run with each depth, in the order A B C, A B C, and so on. Returns the results of each run.

    The first round is a warm-up: its results are dropped.
    """
    results: dict[str, list[T]] = {name: [] for name in runs}
    for number, depth in enumerate([depths[0], *depths]):
        for name, run in runs.items():
            result = run(depth)
            if number > 0:
                results[name].append(result)
    return results
