"""Shared by all tests: an environment without a real AWS account, and a summary of the passed tests by engine."""

import os
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from local.engine.dynamodb_local import DynamoDBLocal

ROOT = Path(__file__).parent.parent

# Set before boto3 or botocore is imported, so that no test can connect to an account by mistake.
os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_DEFAULT_REGION="eu-west-1",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    AWS_EC2_METADATA_DISABLED="true",
    POWERTOOLS_METRICS_DISABLED="true",
    TABLE_NAME="dossiers-test",
)
os.environ.pop("AWS_SESSION_TOKEN", None)
os.environ.pop("AWS_PROFILE", None)

# No time limit for an example: a busy machine must not fail a test.
settings.register_profile("thorough", deadline=None, print_blob=True)
# `make test-fast` gives the same result each time, and `make test` looks for new examples each time.
settings.register_profile("fast", deadline=None, max_examples=10, derandomize=True, database=None)

MOTO = "moto"
DYNAMODB_LOCAL = "DynamoDB Local"
SERVED = "dossiers serve on DynamoDB Local, over HTTP"
DEPLOYED = "a deployment, over HTTP"
NONE = "no engine (pure code, documents, templates)"

_FIXTURES = {"dynamodb_local": DYNAMODB_LOCAL, "engine": DYNAMODB_LOCAL, "serving": SERVED, "served": SERVED}


def _engine(item: pytest.Item) -> str:
    """The engine that a test runs on: that of its marker `engine`, or else that of its fixtures."""
    marker = item.get_closest_marker("engine")
    if marker is not None:
        return str(marker.args[0])
    fixtures = getattr(item, "fixturenames", [])
    return next((engine for name, engine in _FIXTURES.items() if name in fixtures), NONE)


@pytest.fixture(scope="session", autouse=True)
def cached_botocore_loader() -> "Iterator[None]":
    """Let all sessions of botocore share one loader, because parsing botocore's data takes longer than most tests."""
    import botocore.session  # noqa: PLC0415 - reads the environment above

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", cache(botocore.session.create_loader))
        yield


@pytest.fixture(scope="session")
def engine() -> "Iterator[DynamoDBLocal]":
    """DynamoDB Local in memory, started once."""
    from local.engine.dynamodb_local import run_engine  # noqa: PLC0415 - loads botocore, which reads the environment above

    with run_engine() as engine:
        yield engine


FAST_CASES = 2
"""Cases of a parametrized test that `make test-fast` runs: a mistake usually shows in the first ones."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fast",
        action="store_true",
        help=f"without DynamoDB Local, served stacks and tests marked slow; {FAST_CASES} cases of a parametrized test",
    )


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("fast" if config.getoption("--fast") else "thorough")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--fast"):
        cases: Counter[str] = Counter()
        selected: list[pytest.Item] = []
        deselected: list[pytest.Item] = []
        for item in items:
            is_fast = _engine(item) in (MOTO, NONE) and not item.get_closest_marker("slow")
            cases[test := item.nodeid.partition("[")[0]] += is_fast
            (selected if is_fast and cases[test] <= FAST_CASES else deselected).append(item)
        config.hook.pytest_deselected(items=deselected)
        items[:] = selected


_passed: Counter[str] = Counter()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):  # type: ignore[no-untyped-def]
    report = yield
    if report.when == "call":
        # Unlike the item, this reaches the process that prints the summary when pytest-xdist runs the test in another.
        report.user_properties.append(("engine", _engine(item)))
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and report.passed:
        _passed[str(dict(report.user_properties)["engine"])] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("tests passed, by engine")
    for engine, count in sorted(_passed.items(), key=lambda pair: -pair[1]):
        terminalreporter.write_line(f"{count:6}  {engine}")
