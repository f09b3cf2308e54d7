"""A group behind the API: which error each response becomes."""

import json
from typing import Any

import pytest

from cli.api_client import ApiClient, ApiResponse
from cli.transfer.targets import ApiTarget
from dossiers.domain.content import Content
from dossiers.domain.errors import DossierNotFound, Invalid, Taken, TryAgain
from local.errors import UserError

LOCATION = "https://api.example.com/api/v1/dossier_groups/g/dossiers/59abe42d-ad25-4273-95ef-86444705e8d3"


class FakeClient(ApiClient):
    """Returns the responses, one after the other."""

    def __init__(self, *responses: ApiResponse) -> None:
        self.responses = list(responses)
        self.requests: list[tuple[Any, ...]] = []

    def request(self, *request: Any) -> ApiResponse:
        self.requests.append(request)
        return self.responses.pop(0)


def a_response(status: int, body: object, **headers: str) -> ApiResponse:
    return ApiResponse(status, headers, json.dumps(body).encode())


def an_error(status: int, field: str = "base", *keywords: str, **headers: str) -> ApiResponse:
    return a_response(status, {"errors": {field: list(keywords)}}, **headers)


def create(response: ApiResponse) -> bool:
    return ApiTarget(FakeClient(response), "g").create(Content(None, {"lastname": "Vos"}), "key")


def test_a_create_is_new_unless_it_was_replayed() -> None:
    assert create(a_response(200, {"id": "x"}))
    assert not create(a_response(200, {"id": "x"}, **{"idempotent-replayed": "true"}))


def test_a_create_sends_the_body_and_the_key_of_the_record() -> None:
    client = FakeClient(a_response(200, {"id": "x"}), a_response(200, {"id": "x"}))
    target = ApiTarget(client, "g")
    target.create(Content("EPD-1", {"lastname": "Vos"}), None)
    target.create(Content(None, {"lastname": "Vos"}), "key")
    path = "/dossier_groups/g/dossiers"
    assert client.requests == [
        ("POST", path, {"dossier": {"external_identifier": "EPD-1"}, "person": {"lastname": "Vos"}}, {}),
        ("POST", path, {"dossier": {}, "person": {"lastname": "Vos"}}, {"Idempotency-Key": "key"}),
    ]


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (an_error(422, "email", "invalid_email"), Invalid),
        (an_error(400, "base", "invalid_json"), Invalid),
        (an_error(422, "external_identifier", "taken", location=LOCATION), Taken),
        (an_error(422, "external_identifier", "taken"), Invalid),
        (an_error(422, "email", "a_keyword_of_a_later_version"), Invalid),
        (an_error(404, "dossier_id", "not_found"), DossierNotFound),
        (an_error(503, "base", "try_again"), TryAgain),
        (an_error(500, "base", "internal_error"), TryAgain),
        (a_response(429, {"message": "Too Many Requests"}), TryAgain),
        (a_response(504, {"message": "Endpoint request timed out"}), TryAgain),
        (an_error(404, "dossier_group_id", "not_found"), UserError),
        (an_error(403, "base", "forbidden"), UserError),
        (a_response(401, {"message": "Unauthorized"}), UserError),
        (a_response(413, {"message": "Request Entity Too Large"}), UserError),
        (a_response(301, {}), UserError),
        (ApiResponse(200, {}, b"<html>"), UserError),
    ],
)
def test_each_response_becomes_the_error_that_it_stands_for(response: ApiResponse, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        ApiTarget(FakeClient(response), "g").read("x")
    assert type(raised.value) is error


def test_the_dossier_that_has_an_identifier_is_in_the_location() -> None:
    with pytest.raises(Taken) as taken:
        create(an_error(422, "external_identifier", "taken", location=LOCATION))
    assert taken.value.dossier_id == LOCATION[-36:]


def test_an_update_returns_what_the_dossier_holds() -> None:
    shown = {"id": "x", "dossier": {"external_identifier": None}, "person": {"lastname": "Vos", "city": None}}
    client = FakeClient(a_response(200, shown))
    assert ApiTarget(client, "g").update("x", {"person": {"city": ""}}) == Content(None, {"lastname": "Vos"})
    assert client.requests == [("PATCH", "/dossier_groups/g/dossiers/x", {"person": {"city": ""}}, None)]


def test_ids_come_from_every_page() -> None:
    link = '<https://api.example.com/api/v1/dossier_groups/g/dossiers?cursor=c>; rel="next"'
    pages = [a_response(200, {"rows": [["a"], ["b"]]}, link=link), a_response(200, {"rows": [["c"]]})]
    client = FakeClient(*pages)
    assert list(ApiTarget(client, "g").ids(lambda call: call())) == ["a", "b", "c"]
    assert [path for _, path, *_ in client.requests] == [
        "/dossier_groups/g/dossiers", "/dossier_groups/g/dossiers?cursor=c",
    ]  # fmt: skip
