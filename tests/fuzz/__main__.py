"""`python -m tests.fuzz`: requests from docs/openapi.yaml, made by schemathesis, to `dossiers serve` on DynamoDB Local.

Prints the failures, the number of cases, and the exclusions that were used. Exits with 1 when a check fails or fewer
cases ran than are required. A seed repeats what is drawn. The ids of dossiers differ, because the service draws them,
and with them some of the requests that follow links.
"""

import argparse
import os
import sys
import tempfile
import time
from contextlib import redirect_stdout
from io import StringIO
from itertools import count
from pathlib import Path

from schemathesis.cli import schemathesis

import tests.conftest  # noqa: F401 - an environment that names no AWS account, before anything of AWS is imported
from dossiers.domain.roles import Role
from openapi import document, operations
from tests.api import Api, Http
from tests.fuzz import exclusions, hooks
from tests.fuzz.hooks import Statistics
from tests.fuzz.life import Life
from tests.fuzz.steering import Steering
from tests.serving import Serving, serve

SEED = 20260101
"""The default seed: CI makes the same requests each time."""

MIN_CASES = 3_000
MIN_LINKED_CASES = 500
"""Those that follow links from response to response."""

_EXAMPLES = 250
"""Cases for each operation that are drawn at random, at most."""

_USER, _MANAGER = "the user", "the manager"
_ROLES = {"noord": Role.MANAGER, "oost": Role.MANAGER, "zuid": Role.EDITOR}
_SETTINGS = Path(__file__).with_name("schemathesis.toml")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help=f"repeats a run's choices ({SEED})")
    parser.add_argument("--examples", type=int, default=_EXAMPLES, help=f"cases per operation and phase ({_EXAMPLES})")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, serve(Path(folder)) as serving:
        for group, role in _ROLES.items():
            serving.grant(_USER, group, role=role)
            serving.grant(_MANAGER, group, role=Role.MANAGER)
        api = Api(Http(serving.url, serving.token(_MANAGER)), *list(_ROLES)[:2])
        life = Life(api)
        statistics = hooks.register(life, Steering(life, tuple(_ROLES)))
        has_passed = _run(
            serving, statistics, "examples,coverage,fuzzing", seed=options.seed, examples=options.examples
        )
        unlinked = statistics.cases
        # A run ends early: Hypothesis stops when the same requests get other responses, as they do from an API with
        # state.
        for seed in count(options.seed):
            has_passed &= _run(serving, statistics, "stateful", seed=seed, examples=options.examples)
            if statistics.cases - unlinked >= MIN_LINKED_CASES or not has_passed:
                break
    _print_responses(statistics)
    _print_exclusions()
    _print(f"\n{statistics.cases} cases, at least {MIN_CASES} required; SEED={options.seed} repeats them.")
    return 0 if has_passed and statistics.cases >= MIN_CASES else 1


def _run(serving: Serving, statistics: Statistics, phases: str, *, seed: int, examples: int) -> bool:
    """Run these phases of schemathesis, and print what it prints if a check fails. Returns whether all have passed."""
    os.environ["TOKEN"] = serving.token(_USER)  # for schemathesis.toml
    command = ["--config-file", str(_SETTINGS), "run", str(document.YAML), "--url", serving.url]
    command += ["--seed", str(seed), "--max-examples", str(examples), "--phases", phases]
    command += ["--checks", "all", "--workers", "1"]
    has_passed = True
    before, started = statistics.cases, time.monotonic()
    try:
        with redirect_stdout(StringIO()) as printed:
            schemathesis(command)
    except SystemExit as exc:
        has_passed = exc.code in (None, 0)
    if not has_passed:
        _print(printed.getvalue())
    seconds = time.monotonic() - started
    _print(f"{statistics.cases - before:6} cases  {seconds:4.0f} s  seed {seed}  {phases}")
    return has_passed


def _print_responses(statistics: Statistics) -> None:
    statuses = sorted({status for _, status in statistics.responses})
    _print(f"\n{'responses':22}" + "".join(f"{status:>7}" for status in statuses))
    for operation in operations.OPERATIONS:
        counts = [statistics.responses[operation.id, status] for status in statuses]
        _print(f"{operation.id:22}" + "".join(f"{count:7}" for count in counts))


def _print_exclusions() -> None:
    _print("\nexcluded")
    for reason, times in exclusions.used.most_common():
        _print(f"{times:7}  {reason}")


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
