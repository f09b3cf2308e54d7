"""`python -m benchmarks`: all rows, and the page. `python -m benchmarks ROW...`: some of them, printed."""

import argparse
import sys
from collections.abc import Sequence
from time import monotonic

from benchmarks import cold_start, cost, long_index, report, round_trips, search_reads, sizes, warm, world
from benchmarks.row import Row, Say
from benchmarks.sides import BENCH
from local.errors import UserError

ROWS = (
    "cold_start",
    "cold_create",
    "long_index",
    "warm",
    "warm_create",
    "items",
    "capacity",
    "round_trips",
    "sizes",
    "cost",
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    asked = parser.parse_args(arguments).rows
    if unknown := set(asked) - set(ROWS):
        parser.error(f"there is no row {', '.join(sorted(unknown))}: choose from {', '.join(ROWS)}")
    wanted = set(asked or ROWS)
    if not (BENCH / "build").is_dir():
        sys.stderr.write("benchmarks: nothing is built yet: run `make bench`\n")
        return 1
    started = monotonic()

    def say(what: str) -> None:
        sys.stderr.write(f"[{monotonic() - started:4.0f} s] {what}\n")

    try:
        rows = _measured(wanted, say)
    except UserError as exc:
        sys.stderr.write(f"benchmarks: {exc}\n")
        return 1
    for name, row in rows.items():
        if name in wanted:
            sys.stdout.write(report.printed(row) + "\n\n")
    if len(rows) == len(ROWS):
        report.write(rows)
        say(f"written: {report.PAGE}")
    missed = [reach.what for row in rows.values() for reach in row.reaches if not reach.is_met]
    sys.stdout.write(f"Missed: {'; '.join(missed)}\n" if missed else "Everything that was set out for is reached.\n")
    return 0


def _measured(wanted: set[str], say: Say) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    say("filling DynamoDB Local")
    with world.made() as filled:
        if "sizes" in wanted:
            rows["sizes"] = sizes.measured(say)
        if "round_trips" in wanted:
            rows["round_trips"] = round_trips.measured(filled, say)
        if "cold_start" in wanted:
            rows["cold_start"] = cold_start.lists(filled, say)
        if "cold_create" in wanted:
            rows["cold_create"] = cold_start.create(filled, say)
        if "long_index" in wanted:
            rows["long_index"] = long_index.measured(filled, say)
        if wanted & {"warm", "cost"}:
            rows["warm"] = warm.searches(filled, say)
        if wanted & {"warm_create", "cost"}:
            rows["warm_create"] = warm.creates(filled, say)
        if wanted & {"items", "capacity", "cost"}:
            rows["items"], rows["capacity"] = search_reads.measured(filled, say)
        if "cost" in wanted:
            rows["cost"] = cost.reckoned(filled, rows["warm"].data | rows["warm_create"].data, rows["capacity"].data)
    return {name: rows[name] for name in ROWS if name in rows}


if __name__ == "__main__":
    sys.exit(main())
