"""Long runs: how far they are, and how Ctrl-C ends them."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

SECONDS_BETWEEN_LINES = 10

T = TypeVar("T")


@dataclass(frozen=True)
class Work:
    """What a run does, in words and numbers.

    `title` stands before the bar. `unit` names what is counted: "dossiers read". `position` returns how much is done
    after a number of items, by default that number. `size` is how much there is to do, None when that is not known.
    `in_bytes`: both are bytes. `estimate` computes the size when that takes time; it is called for a bar only.
    """

    title: str
    unit: str
    position: Callable[[int], int] = int
    size: int | None = None
    in_bytes: bool = False
    estimate: Callable[[], int] | None = None


@contextmanager
def interrupts() -> Iterator[list[int]]:
    """Collect SIGINT signals in a list until the end of the block. The second one raises KeyboardInterrupt.

    A list with an element means: finish what is in progress, and begin nothing else.
    """
    received: list[int] = []

    def receive(number: int, _: FrameType | None) -> None:
        received.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    previous = signal.signal(signal.SIGINT, receive)
    try:
        yield received
    finally:
        signal.signal(signal.SIGINT, previous)


def show(items: Iterator[T], work: Work) -> Generator[T]:
    """Yield the items, and show progress meanwhile on standard error: as a bar on a terminal, otherwise as lines."""
    console = Console(stderr=True)
    is_terminal = console.is_terminal and not console.is_dumb_terminal and not os.environ.get("NO_COLOR")
    return _show_bar(console, items, work) if is_terminal else _show_lines(items, work)


def _show_bar(console: Console, items: Iterator[T], work: Work) -> Generator[T]:
    columns: tuple[ProgressColumn, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        *([DownloadColumn()] if work.in_bytes else []),
        TextColumn("{task.fields[counted]}"),
        TimeRemainingColumn(),
    )
    # `redirect_stderr` shows the lines that the run prints above the bar.
    with Progress(*columns, console=console, redirect_stdout=False, redirect_stderr=True) as progress:
        task = progress.add_task(work.title, total=None, counted="")
        size = work.estimate() if work.estimate is not None else work.size
        started = time.monotonic()
        for count, item in enumerate(items, 1):
            position = work.position(count)
            # There may be more than was counted before the run.
            size = None if size is None else max(size, position)
            progress.update(task, completed=position, total=size, counted=_format_count(count, work, started))
            yield item


def _show_lines(items: Iterator[T], work: Work) -> Generator[T]:
    started = last = time.monotonic()
    for count, item in enumerate(items, 1):
        yield item
        if (now := time.monotonic()) - last >= SECONDS_BETWEEN_LINES:
            last = now
            done = "" if not work.size else _format_share(work.position(count) / work.size, now - started)
            sys.stderr.write(f"{_format_count(count, work, started)}{done}\n")


def _format_count(count: int, work: Work, started: float) -> str:
    return f"{count:,} {work.unit}, {count / max(time.monotonic() - started, 0.001):,.0f} per second"


def _format_share(share: float, seconds: float) -> str:
    """How much is done, and how long the rest takes at the same rate. `seconds`: how long it took so far."""
    if not 0 < share <= 1:
        return ""
    return f", {share:.0%}, {timedelta(seconds=round(seconds / share - seconds))} left"
