"""500: a defect of the service. The log has its location, and neither log nor response has data of a person."""

import io
import json

import pytest

from dossiers.api.request import Request
from dossiers.api.resolver import Resolver
from tests import handlers
from tests.api import Api
from tests.builders import a_body, an_event
from tests.failures.conftest import Failing

pytestmark = pytest.mark.engine("moto")

SECRET = "Xanthippe"
INTERNAL_ERROR = {"base": ["internal_error"]}


@pytest.mark.parametrize("error", ["AccessDeniedException", "ResourceNotFoundException", "ValidationException"])
def test_a_defect_is_500_and_logged_with_its_request_id(
    api: Api, failing: Failing, log: io.StringIO, error: str
) -> None:
    with failing("TransactWriteItems", error, message=f"bad value {SECRET}"):
        response = api.create(a_body(firstname=SECRET))
    assert (response.status, response.json) == (500, {"errors": INTERNAL_ERROR})
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    [defect] = [line for line in lines if line["level"] == "ERROR"]
    assert defect["message"] == "internal_error"
    assert defect["request_id"] == "request-id"
    assert (defect["error_code"], defect["operation"]) == (error, "TransactWriteItems")
    assert any("creating.py" in frame for frame in defect["frames"])
    assert SECRET not in json.dumps(lines)


def test_an_exception_of_any_kind_is_500_without_its_text(
    api: Api, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    def raise_error(text: str) -> None:
        try:
            {"name": text}[text]
        except KeyError as exc:
            raise RuntimeError(f"cannot fold {text}") from exc

    monkeypatch.setattr("dossiers.domain.names.words", raise_error)
    response = api.index(name=SECRET)
    assert (response.status, response.json) == (500, {"errors": INTERNAL_ERROR})
    [defect] = [line for line in log.getvalue().splitlines() if "ERROR" in line]
    assert json.loads(defect)["kinds"] == ["builtins.RuntimeError", "builtins.KeyError"]
    assert SECRET not in defect


def test_no_request_leaves_a_name_an_identifier_or_a_key_in_the_log(
    api: Api, failing: Failing, log: io.StringIO
) -> None:
    body = a_body(
        firstname=SECRET, lastname=SECRET, external_identifier=SECRET, city=SECRET, email=f"{SECRET}@example.com"
    )
    for _ in range(2):
        api.create(body, key=SECRET)
    api.create(body)
    api.create(body[:-1])
    api.create(
        json.dumps({SECRET: SECRET, "person": {SECRET: 1, "gender": SECRET, "email": SECRET, "birthdate": SECRET}})
    )
    api.create(body, query=f"{SECRET}=1", key=f"{SECRET} ")
    api.index(name=SECRET, limit=SECRET, cursor=SECRET, **{SECRET: SECRET})
    api.index(name=SECRET)
    api.search(f"{SECRET} {SECRET}")
    api.search(external_identifier=SECRET)
    api.search(external_identifier=SECRET, name=SECRET)
    for error in ("ThrottlingException", "ValidationException"):
        for operation in ("Query", "TransactWriteItems"):
            with failing(operation, error, message=SECRET):
                api.index(name=SECRET)
                api.search(external_identifier=SECRET)
                api.create(body)
    assert len(log.getvalue().splitlines()) > 20
    assert SECRET.lower() not in log.getvalue().lower()


def test_a_token_without_a_user_is_unauthorized(api: Api) -> None:
    for sub in (None, "", "x" * 256, "a\nb"):
        response = handlers.call("GET", "/api/v1/dossiers", sub=sub)
        assert (response["statusCode"], json.loads(response["body"])) == (401, {"message": "Unauthorized"})


def test_debug_variables_of_the_environment_print_no_event(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the debug mode of Powertools, a resolver prints each event and returns the text of an exception."""
    monkeypatch.setenv("POWERTOOLS_DEV", "true")
    monkeypatch.setenv("POWERTOOLS_EVENT_HANDLER_DEBUG", "true")
    resolver = Resolver()
    event = an_event("GET", "/unknown", route="/unknown", query=SECRET)
    resolver.respond(Request.of_event(event, None))
    assert capsys.readouterr().out == ""
