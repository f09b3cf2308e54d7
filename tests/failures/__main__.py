"""`python -m tests.failures`: the long run, which `make test-faults` starts.

Prints a table, and exits with 1 when a response or the table was wrong, a response was too slow, or time ran out.
"""

import argparse
import secrets
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.failures.proxy import ALL_KINDS
from tests.failures.run import Report, run
from tests.failures.setups import Settings, Setup, in_dossiers_serve, on_lambda
from tests.lambda_process import TIMEOUT

SETUPS: dict[str, Setup] = {"on Lambda": on_lambda, "dossiers serve": in_dossiers_serve}
RATES = (0.05, 0.2, 0.6)
REQUESTS = 1500

_MAX_DESCRIPTION = 300
"""Characters of each description of a wrong response that are printed."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.failures", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="repeats a run's choices")
    parser.add_argument("--requests", type=int, default=REQUESTS, help=f"requests at each rate ({REQUESTS})")
    parser.add_argument("--rate", type=float, nargs="+", default=RATES, dest="rates", help="share of faults")
    parser.add_argument("--setup", choices=SETUPS, nargs="+", default=list(SETUPS), dest="setups")
    options = parser.parse_args(arguments)
    _print(f"seed {options.seed}")
    reports: dict[tuple[str, float], Report] = {}
    logs = Path(tempfile.mkdtemp(prefix="faults-"))
    _print_row("set-up", "rate", "requests", "2xx", "4xx", "500", "503", "none", "faults", "wrong", "slowest, s")
    for setup in options.setups:
        for rate in options.rates:
            folder = logs / f"{setup.replace(' ', '-')}-{rate}"
            folder.mkdir()
            settings = Settings(seed=options.seed, rate=rate, requests=options.requests)
            reports[setup, rate] = report = run(SETUPS[setup], settings, folder)
            _print_report(setup, rate, report)
    _print_faults(reports)
    bad = {name: why for name, report in reports.items() if (why := _what_is_wrong(report, options.requests))}
    for (setup, rate), why in bad.items():
        _print(f"\n{setup}, {rate:.0%}:")
        for text, count in Counter(line[:_MAX_DESCRIPTION] for line in why).most_common():
            _print(f"{count:6}  {text}")
    _print(f"\nThe functions' logs are in {logs}" if bad else "\nNothing was wrong.")
    return 1 if bad else 0


def _what_is_wrong(report: Report, requests: int) -> list[str]:
    why = list(report.wrong)
    if report.slowest > TIMEOUT:
        why.append(f"the slowest response took {report.slowest:.1f} s, more than {TIMEOUT:.0f}")
    if report.requests < requests:
        why.append(f"time ran out after {report.requests} of {requests} requests")
    return why


def _print_report(setup: str, rate: float, report: Report) -> None:
    statuses = report.statuses
    refused = sum(count for status, count in statuses.items() if status.startswith("4"))
    succeeded = sum(count for status, count in statuses.items() if status.startswith("2"))
    counts = [succeeded, refused, statuses["500"], statuses["503"], statuses["none"]]
    numbers = [report.requests, *counts, report.faults.total(), len(report.wrong)]
    _print_row(setup, f"{rate:.0%}", *numbers, f"{report.slowest:.1f}")


def _print_faults(reports: dict[tuple[str, float], Report]) -> None:
    _print("")
    _print_row("faults injected", *(f"{setup} {rate:.0%}" for setup, rate in reports), width=19)
    for kind in ALL_KINDS:
        _print_row(kind, *(report.faults[kind] for report in reports.values()), width=19)


def _print_row(first: str, *others: object, width: int = 10) -> None:
    _print(f"{first:24}" + "".join(f"  {other!s:>{width}}" for other in others))


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
