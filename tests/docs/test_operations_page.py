"""docs/operations.md: every log field, cause of a 503 and metric, and no other."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest

from dossiers.api.request import Request
from dossiers.api.telemetry import NAMESPACE, Telemetry
from dossiers.domain.errors import Cause, DatabaseError
from local import template
from tests.builders import an_event
from tests.docs.markdown import code, read, section, table
from tests.routes import API_ROUTES

PAGE = read("docs/operations.md")
TEMPLATE = template.load()

SERVICE = "docs"
DOSSIER = "/api/v1/dossier_groups/{dossier_group_id}/dossiers/{dossier_id}"
IDS = {"dossier_group_id": "noord", "dossier_id": "59abe42d-ad25-4273-95ef-86444705e8d3"}


@pytest.fixture
def telemetry(monkeypatch: pytest.MonkeyPatch) -> Telemetry:
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793")
    return Telemetry(SERVICE)


@pytest.fixture
def log(telemetry: Telemetry) -> Iterator[io.StringIO]:
    """What the telemetry logs during the test."""
    (handler,) = logging.getLogger(SERVICE).handlers
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def _request(cause: Cause | None = None) -> Request:
    event = an_event("GET", DOSSIER, route=DOSSIER, path_parameters=IDS)
    request = Request.of_event(event, None)
    request.cause = cause
    return request


def _documented_fields(message: str) -> set[str]:
    """The fields of the table behind the paragraph that names the message, and those that Powertools adds to it."""
    function_log = section(PAGE, "Function log")
    before, _, after = function_log.partition(f"`{message}`")
    added = re.findall(r"`(\w+)`", re.search(r"Powertools adds(.+?)\.\n", before, re.DOTALL)[1])  # type: ignore[index]
    return {code(name) for name, _ in table(after)} | set(added)


def test_every_field_of_a_requests_log_line_is_documented(telemetry: Telemetry, log: io.StringIO) -> None:
    telemetry.request(_request(Cause.CONFLICT), status=503)
    line: dict[str, Any] = json.loads(log.getvalue())
    assert line["message"] == "answered"
    assert line.keys() == _documented_fields("answered")


def test_every_field_of_a_defects_log_line_is_documented(telemetry: Telemetry, log: io.StringIO) -> None:
    telemetry.internal_error(DatabaseError("AccessDeniedException", "Query"), request_id="request-id")
    line: dict[str, Any] = json.loads(log.getvalue())
    assert line["message"] == "internal_error"
    assert line.keys() == _documented_fields("internal_error")


def test_a_field_without_a_value_is_absent(telemetry: Telemetry, log: io.StringIO) -> None:
    telemetry.request(_request(), status=200)
    assert "cause" not in json.loads(log.getvalue())


def test_a_log_line_of_a_dossier_has_ids_only(telemetry: Telemetry, log: io.StringIO) -> None:
    """The path holds the same ids, or text that is no id; it is not logged."""
    telemetry.request(_request(), status=200)
    line = json.loads(log.getvalue())
    assert {name: line[name] for name in IDS} == IDS
    assert "rawPath" not in line
    assert DOSSIER.format(**IDS) not in log.getvalue()


def test_every_function_is_documented() -> None:
    folders = {route.code.name for route in API_ROUTES}
    assert {code(function) for function, _ in table(section(PAGE, "Functions"))} == folders


def test_every_cause_of_a_503_is_documented() -> None:
    assert [code(cause) for cause, *_ in table(section(PAGE, "Causes of a 503"))] == list(Cause)


def test_every_field_of_the_access_log_is_documented() -> None:
    logged = json.loads(TEMPLATE["Resources"]["Api"]["Properties"]["AccessLogSettings"]["Format"])
    assert [code(name) for name, _ in table(section(PAGE, "Access log"))] == list(logged)


def test_every_metric_is_documented(telemetry: Telemetry, capsys: pytest.CaptureFixture[str]) -> None:
    for status in (200, 404, 500, 503):
        telemetry.request(_request(), status)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    written = [metrics for line in lines if "_aws" in line for metrics in line["_aws"]["CloudWatchMetrics"]]
    names = {metric["Name"] for metrics in written for metric in metrics["Metrics"]}
    assert {code(name) for name, _ in table(section(PAGE, "Metrics and alarm"))} == names
    assert {metrics["Namespace"] for metrics in written} == {NAMESPACE}
    assert f"`{NAMESPACE}`" in section(PAGE, "Metrics and alarm")


def test_every_log_group_is_documented() -> None:
    for resource in TEMPLATE["Resources"].values():
        if resource["Type"] == "AWS::Logs::LogGroup":
            name = resource["Properties"]["LogGroupName"]["Fn::Sub"].replace("${AWS::StackName}", "<stack>")
            assert f"`{name}`" in PAGE
