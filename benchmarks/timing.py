"""Measuring several sides in one run: in turn, so that a machine that slows down slows all of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import TypeVar

T = TypeVar("T")

DEPTHS = range(0, 132, 12)
"""Calls on the stack below what is measured, another number in each round.

Python keeps its frames in chunks of 16 KB. Before the fix of March 2026 it allocates and frees a chunk at each call
that crosses the end of the one before, and the depth decides which calls do. 128 calls of launch.descend fill one.
https://github.com/python/cpython/issues/142183
"""


@dataclass(frozen=True)
class Spread:
    """The middle of some measurements, and the quartiles that show how far they were apart."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        known = sorted(values)
        if len(known) == 1:
            return cls(known[0], known[0], known[0])
        low, _, high = quantiles(known, n=4, method="inclusive")
        return cls(median(known), low, high)

    def text(self, scale: float = 1, digits: int = 0) -> str:
        """`123 (120–130)`."""
        middle, low, high = (f"{value * scale:,.{digits}f}" for value in (self.median, self.low, self.high))
        return f"{middle} ({low}–{high})"


def in_turn(sides: Mapping[str, Callable[[int], T]], depths: Sequence[int] = DEPTHS) -> dict[str, list[T]]:
    """What each side gave at each depth: A B C, A B C, and so on, after one round that does not count."""
    given: dict[str, list[T]] = {name: [] for name in sides}
    for number, depth in enumerate([depths[0], *depths]):
        for name, run in sides.items():
            result = run(depth)
            if number > 0:
                given[name].append(result)
    return given
