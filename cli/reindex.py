"""`dossiers reindex`: rewrites rows and name items, shows progress, and prints a summary."""

from __future__ import annotations

import argparse
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

from cli.arguments import Commands, add_command, add_data_or_table
from cli.table import open_table
from dossiers.storage.table import Table
from dossiers.usecases import reindexing
from dossiers.usecases.reindexing import Options, Outcome, Result
from local.errors import UserError

_RATE = 50
"""Dossiers per second. A dossier with a name of three words takes 20 write units, for about ten items. The rate is then
1,000 write units per second, a quarter of what a new on-demand table accepts.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
"""

_MAX_RATE = 10_000
SECONDS_BETWEEN_LINES = 10
_FINISHED = "Finished"


def add_commands(commands: Commands) -> None:
    """Add `reindex`."""
    parser = add_command(
        commands, "reindex", _reindex, "Rewrite the rows, name items and index keys of existing dossiers."
    )
    parser.epilog = (
        "Run it after deploying a version that adds a column, changes the rules for names, or stores more with a "
        "dossier. It can be interrupted, repeated, and run while the API is in use."
    )
    add_data_or_table(parser)
    parser.add_argument("--rate", type=_rate, default=_RATE, metavar="N", help=f"maximum dossiers per second ({_RATE})")
    parser.add_argument("--dry-run", action="store_true", help="write nothing; count the dossiers to rewrite")
    parser.add_argument("--force", action="store_true", help="also rewrite dossiers that have not changed")


def _rate(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _MAX_RATE:
        raise argparse.ArgumentTypeError(f"{text!r} is not a rate: a number from 1 to {_MAX_RATE}")
    return int(text)


def _reindex(arguments: argparse.Namespace) -> None:
    with open_table(arguments) as table:
        reindex(table, rate=arguments.rate, force=arguments.force, dry_run=arguments.dry_run)


def reindex(table: Table, *, rate: int, force: bool, dry_run: bool) -> None:
    """Reindex the table. `rate`: maximum number of dossiers per second; `force` and `dry_run`: see `Options`.

    Prints progress and the ids of dossiers that failed to standard error, and the summary to standard output. Raises
    UserError when dossiers failed, KeyboardInterrupt after Ctrl-C, and the errors of `reindexing.reindex`.
    """
    summary = _Summary(is_dry_run=dry_run)
    with _interrupts() as interrupts:
        options = Options(rate=rate, force=force, dry_run=dry_run, should_stop=lambda: bool(interrupts))
        end = "Stopped"
        try:
            with closing(_show_progress(table, options)) as outcomes:
                for outcome in outcomes:
                    summary.add(outcome)
            end = "Interrupted" if interrupts else _FINISHED
        finally:
            summary.write(end)
    if interrupts:
        raise KeyboardInterrupt
    if failed := summary.counts[Result.FAILED]:
        raise UserError(f"{failed:,} of the dossiers failed: the lines above have their ids and the reasons")


class _Summary:
    """Counts outcomes. Prints the id of a dossier that failed at once: the ids may be too many for the memory."""

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
        """Print the counts in one line. `end` says how the run ended."""
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
    """Collect SIGINT signals in a list until the end of the block. The second one raises KeyboardInterrupt."""
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


def _show_progress(table: Table, options: Options) -> Generator[Outcome]:
    """Reindex and yield the outcomes. Shows progress meanwhile, as a bar on a terminal, else as lines."""
    console = Console(stderr=True)
    is_terminal = console.is_terminal and not console.is_dumb_terminal and not os.environ.get("NO_COLOR")
    return _show_bar(console, table, options) if is_terminal else _show_lines(table, options)


def _show_bar(console: Console, table: Table, options: Options) -> Generator[Outcome]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    # `redirect_stderr` shows the lines about dossiers that failed above the bar.
    with Progress(*columns, console=console, redirect_stdout=False, redirect_stderr=True) as progress:
        task = progress.add_task("Counting dossiers", total=None, rate="")
        total = reindexing.count(table, options)
        progress.update(task, description="Reindexing", total=total)
        started = time.monotonic()
        for number, outcome in enumerate(reindexing.reindex(table, options), 1):
            # Dossiers may have been created since the count.
            total = max(total, number)
            progress.update(task, completed=number, total=total, rate=_format_rate(number, started))
            yield outcome


def _show_lines(table: Table, options: Options) -> Generator[Outcome]:
    started = last = time.monotonic()
    for number, outcome in enumerate(reindexing.reindex(table, options), 1):
        yield outcome
        if (now := time.monotonic()) - last >= SECONDS_BETWEEN_LINES:
            last = now
            sys.stderr.write(f"{number:,} dossiers read, {_format_rate(number, started)}\n")


def _format_rate(number: int, started: float) -> str:
    return f"{number / max(time.monotonic() - started, 0.001):.0f} per second"
