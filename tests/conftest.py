"""What all tests share: an environment that names no real account, and the count of tests by engine at the end."""

import os
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Set before anything of AWS is imported: no test can reach an account, even by mistake.
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

MOTO = "moto"
DYNAMODB_LOCAL = "DynamoDB Local"
SERVED = "dossiers serve on DynamoDB Local, over HTTP"
DEPLOYED = "a deployment, over HTTP"
NONE = "no engine (pure code, documents, templates)"

_FIXTURES = {"dynamodb_local": DYNAMODB_LOCAL, "engine": DYNAMODB_LOCAL, "serving": SERVED, "served": SERVED}


def _engine(item: pytest.Item) -> str:
    """The engine a test runs against: its `engine` marker, else what its fixtures are."""
    marker = item.get_closest_marker("engine")
    if marker is not None:
        return str(marker.args[0])
    fixtures = getattr(item, "fixturenames", [])
    return next((engine for name, engine in _FIXTURES.items() if name in fixtures), NONE)


_passed: Counter[str] = Counter()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):  # type: ignore[no-untyped-def]
    report = yield
    if report.when == "call" and report.passed:
        _passed[_engine(item)] += 1
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("tests passed, by engine")
    for engine, count in sorted(_passed.items(), key=lambda pair: -pair[1]):
        terminalreporter.write_line(f"{count:6}  {engine}")
