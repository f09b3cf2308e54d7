"""Reindexing from the command line: shows progress, prints a summary, and stops at Ctrl-C."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import closing

from cli import progress
from dossiers.storage.table import Table
from dossiers.usecases import reindexing
from dossiers.usecases.reindexing import Options, Outcome, Result
from local.errors import UserError

_FINISHED = "Finished"


def run(table: Table, *, rate: int, force: bool, dry_run: bool) -> None:
    """Reindex the table. `rate`: maximum number of dossiers per second; `force` and `dry_run`: see `Options`.

    Prints progress and the ids of dossiers that failed to standard error, and the summary to standard output. Raises
    UserError when dossiers failed, KeyboardInterrupt after Ctrl-C, and the errors of `reindexing.reindex`.
    """
    summary = _Summary(is_dry_run=dry_run)
    with progress.interrupts() as interrupts:
        options = Options(rate=rate, force=force, dry_run=dry_run, should_stop=lambda: bool(interrupts))
        work = progress.Work("Reindexing", "dossiers read", estimate=lambda: reindexing.count(table, options))
        end = "Stopped"
        try:
            with closing(progress.show(reindexing.reindex(table, options), work)) as outcomes:
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
