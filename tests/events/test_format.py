"""The events have the form that API Gateway sends: payload format 2.0, with all fields, which agree with each other."""

import json
import re
from base64 import b64decode
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import parse_qsl

import pytest

from local.gateway.event import build_event
from local.gateway.request import Request
from local.sample import people, users
from local.template import Route
from tests.events.conftest import EVENTS, Event, read


@pytest.fixture(params=sorted(EVENTS))
def event(request: pytest.FixtureRequest) -> Event:
    return read(request.param)


def test_it_has_the_fields_that_the_local_gateway_sends(event: Event, routes: dict[str, Route]) -> None:
    context = event["requestContext"]
    request = Request(
        method=context["http"]["method"],
        target="?".join(filter(None, [event["rawPath"], event["rawQueryString"]])),
        protocol=context["http"]["protocol"],
        headers=event["headers"],
        body=event.get("body", "").encode(),
        source_ip=context["http"]["sourceIp"],
        port=443,
        id=context["requestId"],
    )
    claims = context["authorizer"]["jwt"]["claims"]
    made = build_event(request, routes[event["routeKey"]], event.get("pathParameters", {}), claims)
    assert _fields(event) == _fields(made)
    for same in ("rawPath", "rawQueryString", "queryStringParameters", "pathParameters", "body", "isBase64Encoded"):
        assert event.get(same) == made.get(same), same


def _fields(value: Any) -> Any:
    """The names of all fields, at every level."""
    return {name: _fields(inner) for name, inner in value.items()} if isinstance(value, dict) else None


def test_route_path_and_path_parameters_agree(event: Event, routes: dict[str, Route]) -> None:
    route = routes[event["routeKey"]]
    pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route.path)
    match = re.fullmatch(pattern, event["rawPath"])
    assert match is not None
    assert match.groupdict() == event.get("pathParameters", {})
    http = event["requestContext"]["http"]
    assert event["requestContext"]["routeKey"] == event["routeKey"]
    assert (http["method"], http["path"]) == (route.method, event["rawPath"])


def test_query_string_and_parameters_agree(event: Event) -> None:
    assert dict(parse_qsl(event["rawQueryString"])) == event.get("queryStringParameters", {})
    assert ("queryStringParameters" in event) == bool(event["rawQueryString"])


def test_headers_and_context_agree(event: Event) -> None:
    headers, context = event["headers"], event["requestContext"]
    assert headers["host"] == context["domainName"]
    assert context["domainName"].startswith(f"{context['domainPrefix']}.execute-api.")
    assert context["domainPrefix"] == context["apiId"]
    assert headers["user-agent"] == context["http"]["userAgent"]
    assert headers["x-forwarded-for"] == context["http"]["sourceIp"]
    assert list(headers) == sorted(name.lower() for name in headers)


def test_an_event_has_a_content_length_if_and_only_if_it_has_a_body(event: Event) -> None:
    body = event.get("body")
    assert ("content-length" in event["headers"]) == (body is not None)
    if body is not None:
        assert int(event["headers"]["content-length"]) == len(body.encode())
        assert event["headers"]["content-type"] == "application/json"


def test_the_times_agree_and_the_token_is_valid_at_that_time(event: Event) -> None:
    context = event["requestContext"]
    claims = context["authorizer"]["jwt"]["claims"]
    moment = datetime.strptime(context["time"], "%d/%b/%Y:%H:%M:%S %z")
    assert moment == datetime.fromtimestamp(context["timeEpoch"] / 1000, UTC)
    assert int(claims["iat"]) <= moment.timestamp() < int(claims["exp"])
    assert int(claims["iat"]) == int(claims["auth_time"])


def test_all_claims_are_text(event: Event) -> None:
    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    assert all(isinstance(claim, str) for claim in claims.values())
    assert claims["iss"].startswith("https://cognito-idp.")
    assert claims["token_use"] == "access"


def test_the_user_the_group_and_the_dossier_are_those_of_the_sample_data(event: Event) -> None:
    assert event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] == users.EXAMPLE_USER
    path = event.get("pathParameters", {})
    assert path.get("dossier_group_id", users.EXAMPLE_GROUP) == users.EXAMPLE_GROUP
    assert "dossier_id" not in path or path["dossier_id"] in {one.id for one in people.samples()}


def test_it_contains_no_real_address_account_or_token(event: Event) -> None:
    assert ip_address(event["requestContext"]["http"]["sourceIp"]) in ip_network("192.0.2.0/24")  # RFC 5737
    assert event["requestContext"]["accountId"] == "123456789012"
    header, claims, _ = event["headers"]["authorization"].removeprefix("Bearer ").split(".")
    assert [json.loads(b64decode(part + "==")) for part in (header, claims)] == [{"alg": "RS256"}, {}]
    person = json.loads(event.get("body", "{}")).get("person", {})
    assert person.get("email", "@example.com").endswith("@example.com")
