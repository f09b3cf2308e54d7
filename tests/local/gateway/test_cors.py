"""CORS: what a page of another origin needs to use the API, for allowed origins only."""

import pytest

from local.gateway.cors import EXPOSED_HEADERS, METHODS, REQUEST_HEADERS, Cors, is_origin
from local.gateway.gateway import Gateway
from local.gateway.request import Request
from local.gateway.response import Response
from local.gateway.tokens import SigningKey
from tests.handlers import ROUTES

APP, OTHER = "https://app.example.org", "https://example.com"
LIST = "/api/v1/dossiers"
DOSSIER = "/api/v1/dossier_groups/noord/dossiers/59abe42d-ad25-4273-95ef-86444705e8d3"
ALLOW_ORIGIN = "access-control-allow-origin"


class Api:
    """A gateway whose functions all return the same response."""

    def __init__(self, key: SigningKey, *origins: str, **returned: object) -> None:
        handler = lambda *_: {"statusCode": 200, "body": "{}", **returned}  # noqa: E731 - shorter than a method
        self._key = key
        self._gateway = Gateway(ROUTES, {route.function: handler for route in ROUTES}, key, Cors(origins))

    def request(
        self, method: str, path: str, origin: str | None = APP, *, token: bool = True, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the response. A header that is returned twice fails the test."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if origin is not None:
            sent["origin"] = origin
        if token:
            sent["authorization"] = f"Bearer {self._key.issue('anna')}"
        response = self._gateway.respond(Request(method, path, "HTTP/1.1", sent, b"", "127.0.0.1", 8000, "id"))
        return response.status, unique(response), response.body

    def preflight(self, path: str, method: str, origin: str | None = APP) -> tuple[int, dict[str, str], bytes]:
        return self.request("OPTIONS", path, origin, token=False, access_control_request_method=method)


def unique(response: Response) -> dict[str, str]:
    headers = dict(response.headers)
    assert len(headers) == len(response.headers)
    return headers


def cors_headers(headers: dict[str, str]) -> set[str]:
    return {name for name in headers if name.startswith("access-control-")}


def test_the_lists_are_those_of_the_api() -> None:
    assert {route.method for route in ROUTES} == set(METHODS)
    assert set(REQUEST_HEADERS) == {"Authorization", "Content-Type", "Idempotency-Key", "If-Match"}
    assert set(EXPOSED_HEADERS) == {
        "ETag", "Idempotent-Replayed", "Link", "Location", "Retry-After", "apigw-requestid"
    }  # fmt: skip


# --- Preflight requests -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "method"), [(LIST, "GET"), (DOSSIER, "PATCH"), (DOSSIER, "DELETE"), ("/x", "GET")])
def test_a_preflight_request_of_an_allowed_origin_needs_no_token_and_no_route(
    key: SigningKey, path: str, method: str
) -> None:
    status, headers, body = Api(key, OTHER, APP).preflight(path, method)
    assert (status, body) == (204, b"")
    assert headers == {
        "vary": "Origin",
        ALLOW_ORIGIN: APP,
        "access-control-allow-methods": "GET,POST,PATCH,DELETE",
        "access-control-allow-headers": "Authorization,Content-Type,Idempotency-Key,If-Match",
        "access-control-max-age": "7200",
    }


@pytest.mark.parametrize("origin", [None, OTHER, APP.upper(), f"{APP}:8443", f"{APP}.evil.example", "null", ""])
def test_a_preflight_request_of_another_origin_gets_no_cors_headers(key: SigningKey, origin: str | None) -> None:
    assert Api(key, APP).preflight(LIST, "GET", origin) == (204, {"vary": "Origin"}, b"")


def test_an_options_request_that_asks_for_no_method_gets_no_cors_headers(key: SigningKey) -> None:
    assert Api(key, APP).request("OPTIONS", LIST) == (204, {"vary": "Origin"}, b"")


def test_without_allowed_origins_a_preflight_request_is_not_found(key: SigningKey) -> None:
    status, headers, body = Api(key).preflight(LIST, "GET")
    assert (status, body) == (404, b'{"message":"Not Found"}')
    assert headers == {"content-type": "application/json"}


# --- All other responses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "token", "status"),
    [
        ("GET", LIST, True, 200),
        ("PATCH", DOSSIER, True, 200),
        ("GET", LIST, False, 401),
        ("GET", "/api/v1/nothing", True, 404),
        ("GET", f"{LIST}?name={'x' * 10_240}", True, 431),
    ],
)
def test_every_response_to_an_allowed_origin_names_it_and_the_headers_that_it_may_read(
    key: SigningKey, method: str, path: str, token: bool, status: int
) -> None:
    found, headers, _ = Api(key, OTHER, APP).request(method, path, token=token)
    assert found == status
    assert cors_headers(headers) == {ALLOW_ORIGIN, "access-control-expose-headers"}
    assert headers[ALLOW_ORIGIN] == APP
    assert headers["access-control-expose-headers"] == (
        "ETag,Idempotent-Replayed,Link,Location,Retry-After,apigw-requestid"
    )
    assert headers["vary"] == "Origin"


@pytest.mark.parametrize("token", [True, False])
@pytest.mark.parametrize("origin", [None, OTHER, "null"])
def test_a_response_to_another_origin_has_no_cors_headers(key: SigningKey, origin: str | None, token: bool) -> None:
    _, headers, _ = Api(key, APP).request("GET", LIST, origin, token=token)
    assert not cors_headers(headers)
    assert headers["vary"] == "Origin"


def test_a_response_of_a_function_that_varies_otherwise_varies_by_origin_too(key: SigningKey) -> None:
    _, headers, _ = Api(key, APP, headers={"Vary": "Accept-Encoding"}).request("GET", LIST)
    assert headers["vary"] == "Accept-Encoding, Origin"


def test_with_allowed_origins_the_cors_headers_of_a_function_are_ignored(key: SigningKey) -> None:
    returned = {ALLOW_ORIGIN: "*", "Access-Control-Allow-Credentials": "true"}
    assert not cors_headers(Api(key, APP, headers=returned).request("GET", LIST, OTHER)[1])
    assert cors_headers(Api(key, headers=returned).request("GET", LIST, OTHER)[1]) == {
        ALLOW_ORIGIN, "access-control-allow-credentials"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("allowed", "origin", "value"),
    [
        ("*", "http://localhost:5173", "*"),
        ("https://*", APP, APP),
        ("https://*", "http://app.example.org", None),
        ("http://*", "http://localhost:5173", "http://localhost:5173"),
        ("http://*", "null", None),
    ],
)
def test_an_origin_may_be_allowed_by_its_scheme_or_with_all_others(
    key: SigningKey, allowed: str, origin: str, value: str | None
) -> None:
    assert Api(key, allowed).request("GET", LIST, origin)[1].get(ALLOW_ORIGIN) == value
    assert Api(key, allowed).preflight(LIST, "GET", origin)[1].get(ALLOW_ORIGIN) == value


@pytest.mark.parametrize(
    "text",
    ["*", "https://*", "http://*", APP, "http://localhost:5173", "http://[::1]:8080"],
)
def test_an_origin_is_http_or_https_a_host_and_perhaps_a_port(text: str) -> None:
    assert is_origin(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "localhost", "capacitor://localhost", "//localhost", "http://", f"{APP}/", f"{APP}/path",
        "HTTP://localhost", "http://Localhost", "http://*.example.org", "http://a b", "http://localhost:", f"{APP}\n",
        f"{APP},{OTHER}",
    ],
)  # fmt: skip
def test_any_other_text_is_no_origin(text: str) -> None:
    assert not is_origin(text)
