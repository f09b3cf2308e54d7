"""The gateway with functions that a test defines, over HTTP."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import urllib3

from local.gateway.cors import Cors
from local.gateway.gateway import Gateway
from local.gateway.invocation import Context
from local.gateway.server import Server, listen
from local.gateway.tokens import SigningKey
from local.template import Route

LIST = Route("GET", "/api/v1/dossiers", "Index", Path(), "app.handler", "BearerToken", 28)
CREATE = Route("POST", "/api/v1/dossier_groups/{dossier_group_id}/dossiers", "Create", Path(), "app.handler", "Jwt", 28)
DELETE = Route(
    "DELETE",
    "/api/v1/dossier_groups/{dossier_group_id}/dossiers/{dossier_id}",
    "Create",
    Path(),
    "app.handler",
    "Jwt",
    28,
)
OPEN = Route("ANY", "/open", "Index", Path(), "app.handler", None, 28)
GROUP = "/api/v1/dossier_groups/noord/dossiers"


@dataclass
class Api:
    """A running gateway, and the one function that all its routes invoke."""

    url: str
    key: SigningKey
    events: list[dict[str, Any]] = field(default_factory=list)
    function: Callable[[dict[str, Any], Any], Any] = lambda *_: {"statusCode": 200, "body": "{}"}

    def handle(self, event: dict[str, Any], context: Any) -> Any:
        self.events.append(event)
        return self.function(event, context)

    def request(self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any) -> Any:
        authorization = {"Authorization": f"Bearer {self.key.issue('anna')}"}
        return urllib3.request(
            method, self.url + path, headers=authorization | (headers or {}), retries=False, timeout=20, **options
        )

    def event(self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any) -> dict[str, Any]:
        """The event that the function receives for a request."""
        assert self.request(method, path, headers, **options).status == 200
        return self.events[-1]


@pytest.fixture(scope="module")
def running(key: SigningKey) -> Iterator[Api]:
    with listen(0) as listener:
        api = Api(f"http://127.0.0.1:{listener.getsockname()[1]}", key)
        gateway = Gateway([OPEN, LIST, CREATE, DELETE], {"Index": api.handle, "Create": api.handle}, key, Cors())
        server = Server(gateway.respond, listener)
        thread = threading.Thread(target=server.run)
        thread.start()
        yield api
        server.stop()
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def api(running: Api) -> Api:
    running.function = lambda *_: {"statusCode": 200, "body": "{}"}
    running.events.clear()
    return running


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/api/v1/dossiers/"),
        ("GET", "/API/v1/dossiers"),
        ("GET", "//api/v1/dossiers"),
        ("GET", "/api%2Fv1/dossiers"),
        ("POST", "/api/v1/dossiers"),
        ("DELETE", "/api/v1/dossiers"),
        ("OPTIONS", "/api/v1/dossiers"),
        ("PATCH", f"{GROUP}/some-id"),
        ("DELETE", GROUP),
        ("DELETE", f"{GROUP}/"),
        ("DELETE", f"{GROUP}/some/id"),
        ("GET", GROUP),
        ("POST", "/api/v1/dossier_groups//dossiers"),
        ("POST", "/api/v1/dossier_groups/noord/oost/dossiers"),
    ],
)
def test_a_request_that_no_route_matches_is_not_found_with_any_token(api: Api, method: str, path: str) -> None:
    for headers in ({}, {"Authorization": "nonsense"}):
        response = api.request(method, path, headers)
        assert (response.status, response.json()) == (404, {"message": "Not Found"})
    assert api.events == []


def test_a_head_request_is_not_found_and_has_no_body(api: Api) -> None:
    response = api.request("HEAD", "/api/v1/dossiers")
    assert (response.status, response.data) == (404, b"")
    assert api.events == []


def test_without_a_valid_token_the_function_is_not_called(api: Api) -> None:
    response = api.request("GET", "/api/v1/dossiers", {"Authorization": "Bearer a.b.c"})
    assert (response.status, response.json()) == (401, {"message": "Unauthorized"})
    assert response.headers["www-authenticate"].startswith('Bearer scope="" error="invalid_token"')
    assert api.events == []


def test_a_route_without_an_authorizer_accepts_requests_without_a_token(api: Api) -> None:
    event = api.event("PATCH", "/open", {"Authorization": ""})
    assert event["routeKey"] == "ANY /open"
    assert "authorizer" not in event["requestContext"]


def test_the_token_is_checked_before_the_size(api: Api) -> None:
    body = b"x" * (10 * 1024 * 1024 + 1)
    assert api.request("POST", GROUP, {"Authorization": ""}, body=body).status == 401
    assert_too_large(api.request("POST", GROUP, body=body))
    assert api.events == []


JSON = {"Content-Type": "application/json"}
LAMBDA_ACCEPTS = 6_291_556


def _size(event: dict[str, Any]) -> int:
    """Bytes of an event as API Gateway sends it to Lambda."""
    return len(json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode())


def _room(api: Api, headers: dict[str, str]) -> int:
    """How many bytes the body of an event may have, beside what every event has."""
    event = api.event("POST", GROUP, headers, body=b"x" * 4_000_000)
    return LAMBDA_ACCEPTS - (_size(event) - len(event["body"]))


def test_a_text_body_is_passed_on_if_lambda_accepts_its_event(api: Api) -> None:
    room = _room(api, JSON)
    assert _size(api.event("POST", GROUP, JSON, body=b"x" * room)) == LAMBDA_ACCEPTS
    assert_too_large(api.request("POST", GROUP, JSON, body=b"x" * (room + 1)))


def test_a_base64_body_is_passed_on_if_lambda_accepts_its_event(api: Api) -> None:
    largest = _room(api, {}) // 4 * 3
    assert LAMBDA_ACCEPTS - 4 < _size(api.event("POST", GROUP, body=b"x" * largest)) <= LAMBDA_ACCEPTS
    assert_too_large(api.request("POST", GROUP, body=b"x" * (largest + 1)))


@pytest.mark.parametrize(
    ("character", "bytes_in_json"), [("x", 1), ('"', 2), ("\n", 2), ("\0", 6), ("é", 2), ("€", 3), ("😀", 4)]
)
def test_a_text_body_is_measured_as_the_json_of_its_event(api: Api, character: str, bytes_in_json: int) -> None:
    fits = (LAMBDA_ACCEPTS - 10_000) // bytes_in_json
    assert api.request("POST", GROUP, JSON, body=(character * fits).encode()).status == 200
    too_many = LAMBDA_ACCEPTS // bytes_in_json
    assert_too_large(api.request("POST", GROUP, JSON, body=(character * too_many).encode()))


def test_a_body_of_ten_megabytes_is_refused(api: Api) -> None:
    api.events.clear()
    assert_too_large(api.request("POST", GROUP, JSON, body=b"x" * 10 * 1024 * 1024))
    assert api.events == []


def raw_request(api: Api, method: str, target: str) -> bytes:
    """The event, as JSON, that the function receives for a request whose target is sent as it is."""
    api.function = lambda event, _: {"statusCode": 200, "body": json.dumps(event)}
    connection = HTTPConnection("127.0.0.1", int(api.url.rpartition(":")[2]), timeout=20)
    connection.request(method, target, headers={"Authorization": f"Bearer {api.key.issue('anna')}"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    assert response.status == 200, body
    return body


def assert_too_large(response: Any) -> None:
    assert (response.status, response.json()) == (413, {"message": "Request Entity Too Large"})


def test_a_function_has_the_timeout_of_the_template(api: Api) -> None:
    remaining: list[int] = []

    def look(_: Any, context: Any) -> dict[str, Any]:
        remaining.extend([context.get_remaining_time_in_millis(), context.get_remaining_time_in_millis()])
        return {"statusCode": 200}

    api.function = look
    api.request("GET", "/api/v1/dossiers")
    assert 28_000 >= remaining[0] >= remaining[1] > 27_000


@pytest.mark.parametrize("seconds", [28, 600])
def test_a_function_that_stops_in_a_debugger_has_no_time_left_afterwards(seconds: float) -> None:
    context = Context("Index", "id", timeout=28, started=time.monotonic() - seconds)
    assert context.get_remaining_time_in_millis() == 0


def test_a_request_line_and_headers_beyond_the_quota_are_refused(api: Api) -> None:
    assert api.request("GET", "/api/v1/dossiers?name=" + "x" * 10_240).status == 431
    assert api.request("GET", "/api/v1/dossiers", {"X-Long": "x" * 10_240}).status == 431


@pytest.mark.parametrize(
    ("segment", "group"), [("noord", "noord"), ("a%2Fb", "a/b"), ("%E2%82%AC", "€"), ("a+b", "a+b"), ("%2525", "%25")]
)
def test_a_path_parameter_is_decoded_once_including_slashes(api: Api, segment: str, group: str) -> None:
    event = api.event("POST", f"/api/v1/dossier_groups/{segment}/dossiers")
    assert event["pathParameters"] == {"dossier_group_id": group}
    assert event["rawPath"] == f"/api/v1/dossier_groups/{group}/dossiers"


@pytest.mark.parametrize(
    ("segment", "dossier_id"),
    [
        ("some-id", "some-id"), ("a%2Fb%2f..", "a/b/.."), ("%27%22%3C%3E", "'\"<>"), ("'", "'"),
        ("%C3%A9%E2%82%AC", "é€"), ("%", "%"), ("..", ".."),
        ("%ff", "\N{REPLACEMENT CHARACTER}"), ("%00", "\0"), ("%7Bdossier_id%7D", "{dossier_id}"),
    ],
)  # fmt: skip
def test_the_second_path_parameter_is_decoded_as_the_first(api: Api, segment: str, dossier_id: str) -> None:
    event = json.loads(raw_request(api, "DELETE", f"/api/v1/dossier_groups/no%2Ford/dossiers/{segment}"))
    assert event["pathParameters"] == {"dossier_group_id": "no/ord", "dossier_id": dossier_id}
    assert event["rawPath"] == event["requestContext"]["http"]["path"]
    assert event["rawPath"] == f"/api/v1/dossier_groups/no/ord/dossiers/{dossier_id}"


def test_the_event_has_the_query_string_as_it_was_sent_and_decoded(api: Api) -> None:
    event = api.event("GET", "/api/v1/dossiers?name=jan%20van+der&name=x%2By&empty")
    assert event["rawQueryString"] == "name=jan%20van+der&name=x%2By&empty"
    assert event["queryStringParameters"] == {"name": "jan van der,x+y", "empty": ""}


def test_cookies_are_a_list_in_the_event(api: Api) -> None:
    event = api.event("GET", "/api/v1/dossiers", {"Cookie": "a=1; b=2"})
    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", b'{"a": 1}', ('{"a": 1}', False)),
        ("Application/JSON; charset=utf-8", "é".encode(), ("é", False)),
        ("text/plain", b"a", ("a", False)),
        ("application/xml", b"<a/>", ("<a/>", False)),
        ("application/json", b"\xff", ("/w==", True)),
        ("application/vnd.api+json", b"{}", ("e30=", True)),
        ("application/x-www-form-urlencoded", b"{}", ("e30=", True)),
        ("application/octet-stream", b"{}", ("e30=", True)),
        (None, b"{}", ("e30=", True)),
    ],
)
def test_a_body_is_text_or_in_base64_by_its_content_type(
    api: Api, content_type: str | None, body: bytes, expected: tuple[str, bool]
) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    event = api.event("POST", GROUP, headers, body=body)
    assert (event["body"], event["isBase64Encoded"]) == expected


def test_an_event_has_no_key_for_what_its_request_does_not_have(api: Api) -> None:
    event = api.event("GET", "/api/v1/dossiers")
    assert not event.keys() & {"body", "cookies", "pathParameters", "queryStringParameters", "stageVariables"}


# The keys of the example at
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
# without those that need a client certificate, a Lambda authorizer or stage variables.
_DOCUMENTED = {
    "version", "routeKey", "rawPath", "rawQueryString", "cookies", "headers", "queryStringParameters", "requestContext",
    "body", "pathParameters", "isBase64Encoded",
}  # fmt: skip
_DOCUMENTED_CONTEXT = {
    "accountId", "apiId", "authorizer", "domainName", "domainPrefix", "http", "requestId", "routeKey", "stage", "time",
    "timeEpoch",
}  # fmt: skip


def test_an_event_has_the_shape_of_the_documented_example(api: Api) -> None:
    event = api.event("POST", f"{GROUP}?a=1", {"Cookie": "a=1"}, body=b"x")
    context = event["requestContext"]
    assert event.keys() == _DOCUMENTED
    assert context.keys() == _DOCUMENTED_CONTEXT
    assert context["http"].keys() == {"method", "path", "protocol", "sourceIp", "userAgent"}
    assert context["authorizer"].keys() == {"jwt"}
    assert context["authorizer"]["jwt"].keys() == {"claims", "scopes"}
    assert (event["version"], context["stage"], context["authorizer"]["jwt"]["scopes"]) == ("2.0", "$default", None)
    assert event["routeKey"] == context["routeKey"] == CREATE.key
    json.dumps(event)


def test_an_event_has_the_origin_that_the_request_was_sent_to(api: Api) -> None:
    event = api.event("GET", "/api/v1/dossiers", {"X-Forwarded-Proto": "https"})
    assert f"{event['headers']['x-forwarded-proto']}://{event['requestContext']['domainName']}" == api.url


def test_the_client_receives_everything_that_a_function_returns(api: Api) -> None:
    api.function = lambda *_: {
        "statusCode": 422,
        "headers": {"Content-Type": "application/json", "X-Number": 1, "X-Name": "é"},
        "cookies": ["a=1", "b=2"],
        "body": '{"é": 1}',
    }
    response = api.request("GET", "/api/v1/dossiers")
    assert (response.status, response.data.decode()) == (422, '{"é": 1}')
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-number"] == "1"
    assert response.headers.getlist("set-cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("body", [None, "", "{}"])
def test_a_response_whose_status_permits_no_body_has_none_and_the_connection_stays_open(
    api: Api, status: int, body: str | None
) -> None:
    api.function = lambda *_: {"statusCode": status, "headers": {"ETag": '"1"'}, "body": body}
    with urllib3.HTTPConnectionPool("127.0.0.1", int(api.url.rpartition(":")[2]), maxsize=1, retries=False) as pool:
        headers = {"Authorization": f"Bearer {api.key.issue('anna')}"}
        for _ in range(2):
            response = pool.request("DELETE", f"{GROUP}/some-id", headers=headers)
            assert (response.status, response.data, response.headers["etag"]) == (status, b"", '"1"')
            assert "content-type" not in response.headers
        assert pool.num_connections == 1


def test_a_response_in_base64_is_decoded(api: Api) -> None:
    api.function = lambda *_: {"statusCode": 200, "body": "/w==", "isBase64Encoded": True}
    assert api.request("GET", "/api/v1/dossiers").data == b"\xff"


def test_a_result_without_a_status_is_sent_as_json_with_200(api: Api) -> None:
    api.function = lambda *_: {"rows": []}
    response = api.request("GET", "/api/v1/dossiers")
    assert (response.status, response.headers["content-type"], response.json()) == (
        200,
        "application/json",
        {"rows": []},
    )


def test_a_response_larger_than_lambda_accepts_is_an_internal_server_error(api: Api) -> None:
    # Five megabytes that are more than six as JSON.
    api.function = lambda *_: {"statusCode": 200, "body": '"' * 3_200_000}
    assert api.request("GET", "/api/v1/dossiers").status == 500
    api.function = lambda *_: {"statusCode": 200, "body": "x" * 6_000_000}
    assert len(api.request("GET", "/api/v1/dossiers").data) == 6_000_000


@pytest.mark.parametrize(
    "response",
    [
        {"statusCode": "many"},
        {"statusCode": 100},
        {"statusCode": 600},
        {"statusCode": 200, "headers": {"x": "a\r\nb"}},
        {"statusCode": 200, "headers": {"a b": "x"}},
        {"statusCode": 200, "cookies": ["a=1\r\nb"]},
    ],
    ids=str,
)
def test_a_malformed_response_is_an_internal_server_error(api: Api, response: dict[str, Any]) -> None:
    api.function = lambda *_: response
    assert api.request("GET", "/api/v1/dossiers").status == 500


def test_a_function_that_raises_is_an_internal_server_error_and_the_message_is_not_logged(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: Any) -> None:
        raise ValueError("Jan Jansen, born 1980")

    api.function = fails
    response = api.request("GET", "/api/v1/dossiers")
    assert (response.status, response.json()) == (500, {"message": "Internal Server Error"})
    assert "Index failed: ValueError" in caplog.text
    assert "Jansen" not in caplog.text.replace('raise ValueError("Jan Jansen, born 1980")', "")
