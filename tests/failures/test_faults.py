"""500: a defect of the service. The log has its location, and neither log nor response has data of a person."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from dossiers.api.request import Request
from dossiers.api.resolver import Resolver
from tests import handlers
from tests.api import Api, Response
from tests.builders import a_body, a_patch, an_event
from tests.failures.conftest import Failing

pytestmark = pytest.mark.engine("moto")

SECRET = "Xanthippe"
INTERNAL_ERROR = {"base": ["internal_error"]}


WRITES: dict[str, Callable[[Api, str], Response]] = {
    "creating.py": lambda api, _: api.create(a_body(firstname=SECRET)),
    "updating.py": lambda api, dossier: api.update(dossier, a_patch(firstname=SECRET)),
    "deleting.py": lambda api, dossier: api.delete(dossier),
}


@pytest.mark.parametrize("module", WRITES)
@pytest.mark.parametrize("error", ["AccessDeniedException", "ResourceNotFoundException", "ValidationException"])
def test_a_defect_is_500_and_logged_with_its_request_id(
    api: Api, failing: Failing, dossier: str, log: io.StringIO, error: str, module: str
) -> None:
    with failing("TransactWriteItems", error, message=f"bad value {SECRET}"):
        response = WRITES[module](api, dossier)
    assert (response.status, response.json) == (500, {"errors": INTERNAL_ERROR})
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    [defect] = [line for line in lines if line["level"] == "ERROR"]
    assert defect["message"] == "internal_error"
    assert defect["request_id"] == "request-id"
    assert (defect["error_code"], defect["operation"]) == (error, "TransactWriteItems")
    assert any(module in frame for frame in defect["frames"])
    assert SECRET not in json.dumps(lines)


def test_an_exception_of_any_kind_is_500_without_its_text(
    api: Api, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    def raise_error(text: str) -> None:
        try:
            {"name": text}[text]
        except KeyError as exc:
            raise RuntimeError(f"cannot fold {text}") from exc

    monkeypatch.setattr("dossiers.domain.names.readings", raise_error)
    response = api.index(name=SECRET)
    assert (response.status, response.json) == (500, {"errors": INTERNAL_ERROR})
    [defect] = [line for line in log.getvalue().splitlines() if "ERROR" in line]
    assert json.loads(defect)["kinds"] == ["builtins.RuntimeError", "builtins.KeyError"]
    assert SECRET not in defect


@pytest.mark.parametrize("read", ["GetItem", "Query"])
def test_a_defect_of_a_read_in_another_thread_is_500_and_logged(
    api: Api, failing: Failing, dossier: str, log: io.StringIO, read: str
) -> None:
    """The dossier, the index by identifiers, and the readings of a name are read by other threads."""
    with failing(read, "AccessDeniedException", message=SECRET):
        response = api.show(dossier) if read == "GetItem" else api.index(name="Müller-O'Neil")
    assert (response.status, response.json) == (500, {"errors": INTERNAL_ERROR})
    [defect] = [json.loads(line) for line in log.getvalue().splitlines() if "ERROR" in line]
    assert (defect["error_code"], defect["operation"]) == ("AccessDeniedException", read)
    assert SECRET not in log.getvalue()


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
    post_searches: list[dict[str, Any]] = [{"name": SECRET}, {"external_identifier": SECRET}, {SECRET: SECRET}]
    for filters in post_searches:
        api.post_index(filters)
        api.post_search(filters)
        api.post_search(filters, **{SECRET: SECRET})
    api.groups(**{SECRET: SECRET})
    dossier = api.create_dossier(lastname=SECRET)
    for id_ in (dossier, SECRET, f"{SECRET} {SECRET}"):
        api.show(id_)
        api.show(id_, query=f"{SECRET}=1", group=f"{SECRET}#")
        api.update(id_, body)
        api.update(id_, a_patch(lastname=SECRET, city=SECRET), query=f"{SECRET}=1", if_match=SECRET)
        api.update(id_, body[:-1])
        api.delete(id_, body=body, query=f"{SECRET}=1", if_match=SECRET)
    for error in ("ThrottlingException", "ValidationException"):
        for operation in ("Query", "TransactWriteItems"):
            with failing(operation, error, message=SECRET):
                api.index(name=SECRET)
                api.search(external_identifier=SECRET)
                api.post_search({"name": SECRET})
                api.create(body)
                api.update(dossier, a_patch(lastname=f"{SECRET} x"))
                api.delete(dossier)
    api.delete(dossier)
    assert len(log.getvalue().splitlines()) > 50
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
