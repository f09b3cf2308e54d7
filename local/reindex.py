"""The command `dossiers reindex`: runs the use case, shows how far it is, and sums up what it did."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from dossiers.storage.table import Table
from dossiers.usecases import reindexing
from dossiers.usecases.reindexing import Options, Outcome, Result
from local.errors import UserError

_SECONDS_BETWEEN_LINES = 10
_FINISHED = "Finished"


def reindex(table: Table, *, rate: int, force: bool, dry_run: bool) -> None:
    """Reindex the table, as the use case has the options. The progress and the ids of dossiers that failed go to
    standard error, and the summary to standard output.

    Raises UserError when dossiers failed, KeyboardInterrupt when Ctrl-C ended the run, and what the use case raises.
    """
    summary = _Summary(is_dry_run=dry_run)
    with _interrupts() as interrupts:
        options = Options(rate=rate, force=force, dry_run=dry_run, should_stop=lambda: bool(interrupts))
        end = "Stopped"
        try:
            with closing(_progress(table, options)) as outcomes:
                for outcome in outcomes:
                    summary.add(outcome)
            end = "Interrupted" if interrupts else _FINISHED
        finally:
            summary.write(end)
    if interrupts:
        raise KeyboardInterrupt
    if failed := summary.counts[Result.FAILED]:
        raise UserError(f"{failed} dossiers failed: the lines above have their ids and the reasons")


class _Summary:
    """Counts outcomes. Writes the ids of dossiers that failed as they occur: there may be too many to keep."""

    def __init__(self, *, is_dry_run: bool) -> None:
        self.counts: Counter[Result] = Counter()
        self._conflicts = 0
        self._rewritten = "to rewrite (dry run)" if is_dry_run else "rewritten"

    def add(self, outcome: Outcome) -> None:
        self.counts[outcome.result] += 1
        self._conflicts += outcome.conflicts
        if outcome.result is Result.FAILED:
            sys.stderr.write(f"{outcome.dossier_id} failed: {outcome.reason}\n")

    def write(self, end: str) -> None:
        """Write the counts in one line; `end`: how the run ended."""
        counts = self.counts
        parts = [
            f"{counts.total():,} read",
            f"{counts[Result.REWRITTEN]:,} {self._rewritten}",
            f"{counts[Result.UNCHANGED]:,} unchanged",
            f"{counts[Result.DELETED]:,} deleted meanwhile",
            f"{self._conflicts:,} conflicts retried",
            f"{counts[Result.FAILED]:,} failed",
        ]
        sys.stdout.write(f"{end}: {', '.join(parts)}\n")
        sys.stdout.flush()
        if end != _FINISHED:
            sys.stderr.write("Each dossier has its old or its new state. Run the same command again to continue.\n")


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """The signals of Ctrl-C that have arrived. The second one raises KeyboardInterrupt, as the first usually does."""
    received: list[int] = []

    def receive(number: int, _: FrameType | None) -> None:
        received.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    previous = signal.signal(signal.SIGINT, receive)
    try:
        yield received
    finally:
        signal.signal(signal.SIGINT, previous)


# --- Progress ---------------------------------------------------------------------------------------------------------


def _progress(table: Table, options: Options) -> Generator[Outcome]:
    """The outcomes of the run, shown while they are taken: as a bar on a terminal, else as lines."""
    console = Console(stderr=True)
    is_terminal = console.is_terminal and not console.is_dumb_terminal and not os.environ.get("NO_COLOR")
    return _with_bar(console, table, options) if is_terminal else _with_lines(table, options)


def _with_bar(console: Console, table: Table, options: Options) -> Generator[Outcome]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    # `redirect_stderr`: a line about a dossier that failed appears above the bar.
    with Progress(*columns, console=console, redirect_stdout=False, redirect_stderr=True) as progress:
        task = progress.add_task("Counting dossiers", total=None, rate="")
        total = reindexing.count(table, options)
        progress.update(task, description="Reindexing", total=total)
        started = time.monotonic()
        for number, outcome in enumerate(reindexing.reindex(table, options), 1):
            # Dossiers created since they were counted.
            total = max(total, number)
            progress.update(task, completed=number, total=total, rate=_per_second(number, started))
            yield outcome


def _with_lines(table: Table, options: Options) -> Generator[Outcome]:
    started = last = time.monotonic()
    for number, outcome in enumerate(reindexing.reindex(table, options), 1):
        yield outcome
        if (now := time.monotonic()) - last >= _SECONDS_BETWEEN_LINES:
            last = now
            sys.stderr.write(f"{number:,} dossiers read, {_per_second(number, started)}\n")


def _per_second(number: int, started: float) -> str:
    return f"{number / max(time.monotonic() - started, 0.001):.0f} per second"
