"""docs/operations.md: every log field, cause of a 503 and metric, and no other."""

import json
import re
from typing import Any

import pytest

from dossiers.api.request import Request
from dossiers.api.telemetry import NAMESPACE, Telemetry
from dossiers.domain.errors import Cause, DatabaseError
from local import template
from tests.builders import a_word, an_event
from tests.docs.markdown import code, read, section, table

PAGE = read("docs/operations.md")
TEMPLATE = template.load()

Line = dict[str, Any]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793")


def _telemetry() -> Telemetry:
    """Telemetry of a new function. Powertools keeps loggers by name, with the standard output of their first use."""
    return Telemetry(a_word("function-"))


def _lines(capsys: pytest.CaptureFixture[str]) -> list[Line]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def _request() -> Request:
    """A request with all that is logged of one: Powertools leaves out what is None."""
    route = "/api/v1/dossier_groups/{dossier_group_id}/dossiers"
    path_parameters = {"dossier_group_id": "group"}
    request = Request.of_event(an_event("GET", route, route=route, path_parameters=path_parameters), None)
    request.cause = Cause.THROTTLED
    return request


def _documented_fields(message: str) -> set[str]:
    """The fields of the table behind the paragraph that names the message, and those that Powertools adds to it."""
    function_log = section(PAGE, "Function log")
    before, _, after = function_log.partition(f"`{message}`")
    added = re.findall(r"`(\w+)`", re.search(r"Powertools adds(.+?)\.\n", before, re.DOTALL)[1])  # type: ignore[index]
    return {code(name) for name, _ in table(after)} | set(added)


def test_every_field_of_a_requests_log_line_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    _telemetry().request(_request(), status=200)
    (line,) = [line for line in _lines(capsys) if "message" in line]
    assert line["message"] == "answered"
    assert line.keys() == _documented_fields("answered")


def test_every_field_of_a_defects_log_line_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    _telemetry().internal_error(DatabaseError("AccessDeniedException", "Query"), request_id="request-id")
    (line,) = _lines(capsys)
    assert line["message"] == "internal_error"
    assert line.keys() == _documented_fields("internal_error")


def test_every_cause_of_a_503_is_documented() -> None:
    assert [code(cause) for cause, *_ in table(section(PAGE, "Causes of a 503"))] == list(Cause)


def test_every_field_of_the_access_log_is_documented() -> None:
    logged = json.loads(TEMPLATE["Resources"]["Api"]["Properties"]["AccessLogSettings"]["Format"])
    assert [code(name) for name, _ in table(section(PAGE, "Access log"))] == list(logged)


def test_every_metric_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry = _telemetry()
    for status in (200, 404, 500, 503):
        telemetry.request(_request(), status)
    written = [set_ for line in _lines(capsys) for set_ in line.get("_aws", {}).get("CloudWatchMetrics", ())]
    names = {metric["Name"] for set_ in written for metric in set_["Metrics"]}
    assert {code(name) for name, _ in table(section(PAGE, "Metrics and alarm"))} == names
    assert {set_["Namespace"] for set_ in written} == {NAMESPACE}
    assert f"`{NAMESPACE}`" in section(PAGE, "Metrics and alarm")


def test_every_log_group_is_documented() -> None:
    named = [
        resource["Properties"]["LogGroupName"]
        for resource in TEMPLATE["Resources"].values()
        if resource["Type"] == "AWS::Logs::LogGroup"
    ]
    assert named
    for name in named:
        text = str(name).replace("${AWS::StackName}", "<stack>")
        prefix, _, function = text.rpartition("<stack>")
        assert prefix + "<stack>" in PAGE, text
        assert function in PAGE, text
