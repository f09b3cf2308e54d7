"""The built functions answer as those in the source do, and load nothing that they do not need.

Each runs in a process of its own with what was built alone, as on Lambda, over DynamoDB Local. To be run like
check_build.py, after a build.
"""

import json
import os
import platform
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from dossiers.storage import connection
from dossiers.storage.table import Table
from dossiers.usecases import access
from local import template
from local.engine.dynamodb_local import run_engine
from local.engine.table import create_table
from local.gateway import functions
from local.gateway.invocation import Handler
from local.sample import loader, people, users
from tests.deploy.built import BUILT, DEPENDENCIES, DOSSIERS, FUNCTIONS, PYTHON, ROOT, architecture, run

pytestmark = pytest.mark.engine("DynamoDB Local")

EVENTS = [json.loads(file.read_text(encoding="utf-8")) for file in sorted((ROOT / "events").iterdir())]

ROUTES = {route.key: route for route in template.routes(template.load())}

# `arm64` is called so by macOS, and `aarch64` by Linux.
RUNS_HERE = {"arm64": ("arm64", "aarch64"), "x86_64": ("x86_64", "AMD64")}
HAS_COMPILED_CODE = "CreateFunction"
LISTS = ("IndexFunction", "SearchFunction")

# Powertools writes what it logs and measures to stdout; the report is the last line.
ANSWERS = """
import json
from types import SimpleNamespace
context = SimpleNamespace(function_name="f", memory_limit_in_mb=1769, invoked_function_arn="arn", aws_request_id="id")
events = json.load(sys.stdin)
import app
answers = [app.handler(events[0], context)]
modules = sorted(sys.modules)
answers += [app.handler(event, context) for event in events[1:]]
print(json.dumps({"answers": answers, "modules": modules, "all_modules": sorted(sys.modules)}))
"""

UNWANTED = {
    # Validation, which create alone does.
    *("pydantic", "pydantic_core", "email_validator", "annotated_types", "typing_inspection", "idna"),
    "aws_lambda_powertools.event_handler.openapi.compat",
    # What others load with Powertools and boto3.
    *("aws_xray_sdk", "boto3", "s3transfer", "fastjsonschema", "asyncio", "dns", "certifi"),
    *("aws_lambda_powertools.event_handler.appsync", "aws_lambda_powertools.event_handler.bedrock_agent"),
    *("aws_lambda_powertools.event_handler.openapi.merge", "aws_lambda_powertools.utilities.parser"),
    "aws_lambda_powertools.utilities.data_classes.cognito_user_pool_event",
    "aws_lambda_powertools.utilities.data_classes.s3_event",
    "aws_lambda_powertools.utilities.data_classes.code_pipeline_job_event",
    # The AWS SDK, of which Powertools loads no more than the package's own module.
    *("botocore.session", "botocore.client", "urllib3", "dateutil"),
    *("importlib.metadata", "zipfile"),
}
"""Modules that must not be loaded by a function that lists, with all that is below them."""

MOST_MODULES = {"IndexFunction": 285, "SearchFunction": 285, "CreateFunction": 500}
"""Loaded after the first answer, those of Python itself included. Each costs a cold start; more needs a reason."""


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """That of a function, and of this process too, whose table holds some of the sample data."""
    with run_engine() as engine, pytest.MonkeyPatch.context() as monkeypatch:
        environment = engine.environment | {
            "TABLE_NAME": "built",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        connection.connect.cache_clear()
        create_table(engine.client(), "built")
        _load(connection.table())
        yield environment
        connection.table().disconnect()
        connection.connect.cache_clear()


def _load(table: Table) -> None:
    for number, one in enumerate(people.samples()):
        if number < 2 * len(people.GROUPS) or "Jansen" in json.dumps(one.document):
            loader.create(table, one)
    for user, groups in users.USERS.items():
        access.grant(table, user, groups, by="tests")


@pytest.fixture(scope="module")
def source(environment: dict[str, str]) -> dict[str, Handler]:
    """Functions' logical ids -> their handlers, as they are in the source. They read `environment`."""
    return functions.load_handlers(ROUTES.values())


@pytest.fixture(scope="module")
def expected(source: dict[str, Handler]) -> dict[str, Any]:
    """What the functions that list answer to their events, by their source."""
    return {function: [source[function](event, None) for event in events_of(function)] for function in LISTS}


@pytest.fixture(scope="module")
def reports(environment: dict[str, str], expected: dict[str, Any]) -> dict[str, Any]:
    """What each built function answers to its events, and which modules it has loaded after the first answer.

    After `expected`: these create. Where there is no Python of the runtime's version, the functions that list run under
    this one: they are plain Python.
    """
    return {
        function: run(
            ANSWERS,
            *(BUILT / function, DOSSIERS, DEPENDENCIES),
            python=PYTHON or sys.executable,
            # By this variable functions know that they are on Lambda.
            environment=environment | {"AWS_LAMBDA_FUNCTION_NAME": function},
            given=events_of(function),
        )
        for function in FUNCTIONS
        if function != HAS_COMPILED_CODE or (PYTHON and platform.machine() in RUNS_HERE[architecture()])
    }


def events_of(function: str) -> list[Any]:
    return [event for event in EVENTS if ROUTES[event["routeKey"]].function == function]


def report_of(function: str, reports: dict[str, Any]) -> Any:
    if function not in reports:
        pytest.skip(f"{function} has code compiled for the runtime's Python on {architecture()}, which is not here")
    return reports[function]


def test_every_event_is_of_a_function() -> None:
    assert sum(len(events_of(function)) for function in FUNCTIONS) == len(EVENTS)


@pytest.mark.parametrize("function", LISTS)
def test_lists_are_answered_as_by_the_source(function: str, reports: dict[str, Any], expected: dict[str, Any]) -> None:
    answers = report_of(function, reports)["answers"]
    assert answers == expected[function]
    assert all(answer["statusCode"] == 200 and json.loads(answer["body"])["rows"] for answer in answers)


@pytest.mark.parametrize("function", LISTS)
def test_no_read_of_any_event_needs_botocore(function: str, reports: dict[str, Any]) -> None:
    modules = report_of(function, reports)["all_modules"]
    assert "dossiers.storage.signed_reads" in modules, "the list is of a function that answered"
    assert "botocore.session" not in modules


def test_botocore_is_there_before_the_first_create(reports: dict[str, Any]) -> None:
    assert "botocore.session" in report_of("CreateFunction", reports)["modules"]


def test_creates_create(reports: dict[str, Any], source: dict[str, Handler]) -> None:
    answers = report_of("CreateFunction", reports)["answers"]
    assert [answer["statusCode"] for answer in answers] == [200, 200]
    group = next(event for event in events_of("SearchFunction") if not event["rawQueryString"])
    rows = json.loads(source["SearchFunction"](group, None)["body"])["rows"]
    assert {json.loads(answer["body"])["id"] for answer in answers} <= {row[0] for row in rows}


@pytest.mark.parametrize("function", LISTS)
def test_a_function_that_lists_loads_nothing_that_it_does_not_need(function: str, reports: dict[str, Any]) -> None:
    modules = report_of(function, reports)["modules"]
    loaded = {unwanted for unwanted in UNWANTED for name in modules if f"{name}.".startswith(f"{unwanted}.")}
    assert not loaded


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_loads_no_more_modules_than_it_did(function: str, reports: dict[str, Any]) -> None:
    modules = report_of(function, reports)["modules"]
    assert "dossiers.storage.signed_reads" in modules, "the list is of a function that answered"
    assert len(modules) <= MOST_MODULES[function]
