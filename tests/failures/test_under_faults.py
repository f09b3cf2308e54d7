"""Under faults between the functions and DynamoDB, each response is in time and right or 503, and the table is right.

`make test-faults` is a longer run at three rates of faults.
"""

import os
from pathlib import Path

import pytest

from tests.conftest import DYNAMODB_LOCAL, SERVED
from tests.failures.run import run
from tests.failures.setups import Settings, Setup, in_dossiers_serve, on_lambda

SEED = int(os.environ.get("SEED") or 8)

SETUPS = [
    pytest.param(on_lambda, marks=pytest.mark.engine(DYNAMODB_LOCAL), id="on Lambda"),
    pytest.param(in_dossiers_serve, marks=pytest.mark.engine(SERVED), id="dossiers serve"),
]


@pytest.mark.parametrize("setup", SETUPS)
def test_under_faults_every_response_is_right_or_503_and_in_time_and_the_table_is_whole(
    setup: Setup, tmp_path: Path
) -> None:
    print(f"SEED={SEED}")  # noqa: T201 - pytest shows it when the test fails
    settings = Settings(
        seed=SEED,
        rate=0.3,
        requests=120,
        clients=2,
        seconds=6,  # a function that has less time gives up earlier
        slow_share=0.1 if setup is on_lambda else 0,
        limit=10,
    )
    report = run(setup, settings, tmp_path)
    assert report.wrong == []
    assert report.slowest <= settings.seconds
    assert len(report.faults) >= 16
    assert report.statuses["200"] > report.requests / 2


@pytest.mark.engine(DYNAMODB_LOCAL)
def test_without_faults_no_response_is_503(tmp_path: Path) -> None:
    report = run(on_lambda, Settings(seed=SEED, rate=0, requests=60, clients=1), tmp_path)
    assert (report.wrong, report.faults) == ([], {})
    assert report.statuses.keys() <= {"200", "204", "404", "412", "422"}
    assert report.statuses["200"] >= 40
