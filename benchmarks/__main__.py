"""`python -m benchmarks` runs all benchmarks and writes the page. `python -m benchmarks NAME...` runs some and prints
them.
"""

import argparse
import sys
from collections.abc import Sequence
from time import monotonic

from benchmarks import cold_start, cost, long_index, report, round_trips, search_reads, sizes, warm
from benchmarks.database import run_database
from benchmarks.implementations import BENCH
from benchmarks.result import Log, Result
from local.errors import UserError

NAMES = (
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
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    names = parser.parse_args(arguments).names
    if unknown := set(names) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}: choose from {', '.join(NAMES)}")
    selected = set(names or NAMES)
    if not (BENCH / "build").is_dir():
        sys.stderr.write("benchmarks: nothing is built yet: run `make bench`\n")
        return 1
    started = monotonic()

    def log(message: str) -> None:
        sys.stderr.write(f"[{monotonic() - started:4.0f} s] {message}\n")

    try:
        results = _measure(selected, log)
    except UserError as exc:
        sys.stderr.write(f"benchmarks: {exc}\n")
        return 1
    for name, result in results.items():
        if name in selected:
            sys.stdout.write(report.format_result(result) + "\n\n")
    if len(results) == len(NAMES):
        report.write(results)
        log(f"written: {report.PAGE}")
    missed = [target.name for result in results.values() for target in result.targets if not target.is_met]
    sys.stdout.write(f"Missed: {'; '.join(missed)}\n" if missed else "All targets are met.\n")
    return 0


def _measure(selected: set[str], log: Log) -> dict[str, Result]:
    """The results of the selected benchmarks and of those that they need, in the order of NAMES."""
    results: dict[str, Result] = {}
    log("filling DynamoDB Local")
    with run_database() as database:
        if "sizes" in selected:
            results["sizes"] = sizes.measure(log)
        if selected & {"round_trips", "cost"}:
            results["round_trips"] = round_trips.measure(database, log)
        if "cold_start" in selected:
            results["cold_start"] = cold_start.measure_lists(database, log)
        if "cold_create" in selected:
            results["cold_create"] = cold_start.measure_create(database, log)
        if "long_index" in selected:
            results["long_index"] = long_index.measure(database, log)
        if selected & {"warm", "cost"}:
            results["warm"] = warm.measure_searches(database, log)
        if selected & {"warm_create", "cost"}:
            results["warm_create"] = warm.measure_creates(database, log)
        if selected & {"items", "capacity", "cost"}:
            results["items"], results["capacity"] = search_reads.measure(database, log)
        if "cost" in selected:
            cpu = results["warm"].data | results["warm_create"].data
            results["cost"] = cost.estimate(
                database, cpu, reads=results["capacity"].data, counted=results["round_trips"].data
            )
    return {name: results[name] for name in NAMES if name in results}


if __name__ == "__main__":
    sys.exit(main())
