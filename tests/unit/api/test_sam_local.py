"""Functions complete the events of `sam local start-api`, and no other events."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from dossiers.api import sam_local
from tests.builders import an_event
from tests.handlers import invoke

PATH = "/api/v1/dossiers"


def a_token(claims: object) -> str:
    payload = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{payload}.c2lnbmF0dXJl"


def an_event_of_start_api(**headers: str) -> dict[str, Any]:
    event = an_event("GET", PATH, route=PATH, headers=headers)
    del event["requestContext"]["authorizer"]
    return event


def user(event: dict[str, Any]) -> object:
    return sam_local.complete(event)["requestContext"]["authorizer"]["jwt"]["claims"].get("sub")


@pytest.mark.parametrize("sub", ["anna", "bram" * 10, "Zoë", "a+b/c?d"])
@pytest.mark.parametrize("header", ["Authorization", "authorization"])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_the_user_is_the_sub_of_the_bearer_token(sub: str, header: str, scheme: str) -> None:
    assert user(an_event_of_start_api(**{header: f"{scheme} {a_token({'sub': sub})}"})) == sub


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer anna",
        "Bearer a.b",
        "Bearer a.b.c",
        "Bearer a.é.c",
        "Bearer a.bm8.c",
        f"Bearer {a_token(['sub'])}",
        f"Bearer {a_token({})}",
        f"Basic {a_token({'sub': 'anna'})}",
    ],
)
def test_a_header_without_claims_names_no_user(authorization: str) -> None:
    assert user(an_event_of_start_api(authorization=authorization)) is None


def test_a_request_without_the_header_names_no_user() -> None:
    assert user(an_event_of_start_api()) is None


def test_the_host_is_the_one_that_the_caller_addressed() -> None:
    event = sam_local.complete(an_event_of_start_api(host="127.0.0.1:3000"))
    assert event["requestContext"]["domainName"] == "127.0.0.1:3000"


def test_an_event_with_an_authorizer_is_left_as_it_is() -> None:
    event = an_event("GET", PATH, route=PATH, headers={"authorization": f"Bearer {a_token({'sub': 'bram'})}"})
    assert sam_local.complete(event) == event


def test_on_aws_a_token_that_api_gateway_did_not_check_is_unauthorized() -> None:
    event = an_event_of_start_api(authorization=f"Bearer {a_token({'sub': 'anna'})}")
    assert invoke(event)["statusCode"] == 401
