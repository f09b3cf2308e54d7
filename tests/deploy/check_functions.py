"""The built functions respond like the source and import nothing that they do not need.

Each function runs in its own process with the built files only, as on Lambda, on DynamoDB Local. Like check_build.py
this needs a build.
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
from local import template
from local.engine.dynamodb_local import run_engine
from local.engine.table import create_table
from local.gateway import functions
from local.gateway.invocation import Handler
from local.sample import loader, people
from tests.deploy.built import BUILT, DEPENDENCIES, DOSSIERS, FUNCTIONS, PYTHON, ROOT, architecture, run

pytestmark = pytest.mark.engine("DynamoDB Local")

EVENTS = [json.loads(file.read_text(encoding="utf-8")) for file in sorted((ROOT / "events").iterdir())]

ROUTES = {route.key: route for route in template.routes(template.load())}

# Linux calls arm64 `aarch64`.
RUNS_HERE = {"arm64": ("arm64", "aarch64"), "x86_64": ("x86_64", "AMD64")}
HAVE_COMPILED_CODE = ("CreateFunction", "UpdateFunction")
WRITES = ("CreateFunction", "UpdateFunction", "DeleteFunction")
READS = tuple(function for function in FUNCTIONS if function not in WRITES)

# Powertools writes logs and metrics to standard output. The report is the last line.
PROGRAM = """
import json
from types import SimpleNamespace
context = SimpleNamespace(function_name="f", memory_limit_in_mb=1769, invoked_function_arn="arn", aws_request_id="id")
events = json.load(sys.stdin)
import app
responses = [app.handler(events[0], context)]
modules = sorted(sys.modules)
responses += [app.handler(event, context) for event in events[1:]]
print(json.dumps({"responses": responses, "modules": modules, "all_modules": sorted(sys.modules)}))
"""

VALIDATION = {
    *("pydantic", "pydantic_core", "email_validator", "annotated_types", "typing_inspection", "idna"),
    "aws_lambda_powertools.event_handler.openapi.compat",
}
"""Modules that only the functions with a document must import, including their submodules."""

SDK = {"botocore.session", "botocore.client", "urllib3", "dateutil", "zipfile", "importlib.metadata"}
"""Modules of the AWS SDK, and what it imports. Powertools imports the module `botocore` itself and none of these."""

UNUSED = {
    # Imported by Powertools and boto3 unless they are trimmed.
    *("aws_xray_sdk", "boto3", "s3transfer", "fastjsonschema", "asyncio", "dns", "certifi"),
    *("aws_lambda_powertools.event_handler.appsync", "aws_lambda_powertools.event_handler.bedrock_agent"),
    *("aws_lambda_powertools.event_handler.openapi.merge", "aws_lambda_powertools.utilities.parser"),
    "aws_lambda_powertools.utilities.data_classes.cognito_user_pool_event",
    "aws_lambda_powertools.utilities.data_classes.s3_event",
    "aws_lambda_powertools.utilities.data_classes.code_pipeline_job_event",
}
"""Modules that no function must import, including their submodules."""

UNWANTED = {
    **dict.fromkeys(READS, UNUSED | SDK | VALIDATION),
    "DeleteFunction": UNUSED | VALIDATION,
}
"""Function -> the modules that it must not import."""

MOST_MODULES = {
    **{"IndexFunction": 285, "SearchFunction": 285, "ShowFunction": 285, "GroupsFunction": 285},
    **{"CreateFunction": 515, "UpdateFunction": 520, "DeleteFunction": 450},
}
"""Modules imported after the first response, including the standard library. Each lengthens cold starts."""


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """The environment of a function, also set in this process. Its table has some of the sample data."""
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
        if number < 3 * len(people.GROUPS) or "Jansen" in json.dumps(one.document):
            loader.create(table, one)
    loader.grant_users(table)


@pytest.fixture(scope="module")
def source(environment: dict[str, str]) -> dict[str, Handler]:
    """Functions' logical ids -> their handlers, as they are in the source. They read `environment`."""
    return functions.load_handlers(ROUTES.values())


@pytest.fixture(scope="module")
def expected(source: dict[str, Handler]) -> dict[str, Any]:
    """The responses of the functions that read, from the source, to their events."""
    return {function: [source[function](event, None) for event in events_of(function)] for function in READS}


@pytest.fixture(scope="module")
def reports(environment: dict[str, str], expected: dict[str, Any]) -> dict[str, Any]:
    """The responses of each built function to its events, and the modules it has imported after the first response.

    It requests `expected` because it changes the dossiers that are expected. The functions that read run first. A
    function without compiled code runs on this Python if the machine has none of the runtime's version.
    """
    return {
        function: run(
            PROGRAM,
            *(BUILT / function, DOSSIERS, DEPENDENCIES),
            python=PYTHON or sys.executable,
            # The functions behave as on Lambda if this variable is set.
            environment=environment | {"AWS_LAMBDA_FUNCTION_NAME": function},
            given=events_of(function),
        )
        for function in (*READS, *WRITES)
        if function not in HAVE_COMPILED_CODE or (PYTHON and platform.machine() in RUNS_HERE[architecture()])
    }


def events_of(function: str) -> list[Any]:
    return [event for event in EVENTS if ROUTES[event["routeKey"]].function == function]


def report_of(function: str, reports: dict[str, Any]) -> Any:
    if function not in reports:
        pytest.skip(f"{function} has code compiled for the runtime's Python on {architecture()}, which is not here")
    return reports[function]


def test_every_event_belongs_to_a_function() -> None:
    assert sum(len(events_of(function)) for function in FUNCTIONS) == len(EVENTS)


@pytest.mark.parametrize("function", READS)
def test_responses_are_those_of_the_source(function: str, reports: dict[str, Any], expected: dict[str, Any]) -> None:
    responses = report_of(function, reports)["responses"]
    assert responses == expected[function]
    assert [response["statusCode"] for response in responses] == [200] * len(events_of(function))
    assert all(
        body.get("rows") or body.get("person") for body in (json.loads(response["body"]) for response in responses)
    )


@pytest.mark.parametrize("function", READS)
def test_no_read_of_any_event_needs_botocore(function: str, reports: dict[str, Any]) -> None:
    modules = report_of(function, reports)["all_modules"]
    assert "dossiers.storage.signed_reads" in modules, "the list is of a function that has responded"
    assert "botocore.session" not in modules


@pytest.mark.parametrize("function", WRITES)
def test_a_function_that_writes_has_imported_botocore_after_its_first_response(
    function: str, reports: dict[str, Any]
) -> None:
    assert "botocore.session" in report_of(function, reports)["modules"]


def test_a_created_dossier_is_listed(reports: dict[str, Any], source: dict[str, Handler]) -> None:
    responses = report_of("CreateFunction", reports)["responses"]
    assert [response["statusCode"] for response in responses] == [200, 200]
    assert {json.loads(response["body"])["id"] for response in responses} <= listed_ids(source)


def test_an_updated_dossier_is_shown(reports: dict[str, Any], source: dict[str, Handler]) -> None:
    [response] = report_of("UpdateFunction", reports)["responses"]
    assert response["statusCode"] == 200
    [event] = events_of("ShowFunction")
    shown = source["ShowFunction"](event, None)
    assert (shown["body"], shown["headers"]) == (response["body"], response["headers"])


def test_a_deleted_dossier_is_not_listed(reports: dict[str, Any], source: dict[str, Handler]) -> None:
    [response] = report_of("DeleteFunction", reports)["responses"]
    assert response["statusCode"] == 204
    [event] = events_of("DeleteFunction")
    assert event["pathParameters"]["dossier_id"] not in listed_ids(source)


def listed_ids(source: dict[str, Handler]) -> set[str]:
    """The ids of the dossiers that the source lists now."""
    group = next(event for event in events_of("SearchFunction") if event["rawPath"].endswith("/dossiers"))
    rows = json.loads(source["SearchFunction"](group | {"rawQueryString": ""}, None)["body"])["rows"]
    return {row[0] for row in rows}


@pytest.mark.parametrize("function", UNWANTED)
def test_a_function_imports_no_unwanted_module(function: str, reports: dict[str, Any]) -> None:
    modules = report_of(function, reports)["modules"]
    loaded = {unwanted for unwanted in UNWANTED[function] for name in modules if f"{name}.".startswith(f"{unwanted}.")}
    assert not loaded


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_imports_no_more_modules_than_the_limit(function: str, reports: dict[str, Any]) -> None:
    modules = report_of(function, reports)["modules"]
    assert "dossiers.storage.signed_reads" in modules, "the list is of a function that has responded"
    assert len(modules) <= MOST_MODULES[function]
