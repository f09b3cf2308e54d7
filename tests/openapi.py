"""The OpenAPI document as tests use it: its operations, and whether a response is one that it describes."""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Any, Protocol, TypeVar

import jsonschema_rs

from openapi import document, operations
from openapi.operations import Operation

DOCUMENT: dict[str, Any] = json.loads(document.JSON.read_bytes())

OPERATIONS = {operation.id: operation for operation in operations.OPERATIONS}

_PATTERNS = {operation.key: re.compile(re.sub(r"{\w+}", "[^/]+", operation.key)) for operation in operations.OPERATIONS}

# HTTP's own headers, and those of CORS, which a response has where AllowedOrigins is set.
_OF_HTTP = re.compile("connection|content-(length|type)|date|access-control-.*")

# Only over HTTP: API Gateway adds it to the responses of functions.
_OF_API_GATEWAY = "apigw-requestid"


def validator(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """A validator of the schema, which may refer to the document's components. It checks formats."""
    whole = {**schema, "components": DOCUMENT["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def resolve(value: dict[str, Any]) -> dict[str, Any]:
    """What the value refers to; the value itself if it is no reference."""
    while "$ref" in value:
        _, *path = value["$ref"].split("/")
        value = DOCUMENT
        for name in path:
            value = value[name]
    return value


def responses(operation: Operation) -> dict[str, dict[str, Any]]:
    """The documented responses of an operation by their statuses."""
    described = DOCUMENT["paths"][operation.path][operation.method]
    return {status: resolve(response) for status, response in described["responses"].items()}


class _Response(Protocol):
    """A response. The names of its headers are in lower case."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> str: ...


_Request = TypeVar("_Request", bound=Callable[..., Any])


def require_documented(*, over_http: bool) -> Callable[[_Request], _Request]:
    """Decorates a method that makes a request, `request(self, method, target, …)`: it fails unless the document
    describes the response.

    `over_http`: the response comes through API Gateway or what stands for it.
    """

    def decorate(request: _Request) -> _Request:
        @wraps(request)
        def request_and_check(self: object, method: str, target: str, **options: Any) -> Any:
            response = request(self, method, target, **options)
            check(method, target, response, over_http=over_http)
            return response

        return request_and_check  # type: ignore[return-value]

    return decorate


def check(method: str, target: str, response: _Response, *, over_http: bool) -> None:
    """Fail unless the document describes the response to a request; see `require_documented`."""
    path = target.partition("?")[0]
    status, headers, body = response.status, response.headers, response.body
    key = next((key for key, pattern in _PATTERNS.items() if pattern.fullmatch(f"{method} {path}")), None)
    shown = f"{method} {path}: {status} {body[:300]}"
    if status == 400 and json.loads(body) == {"message": "Bad Request"}:
        return  # what was sent is no HTTP, so it belongs to no operation
    described = _responses(key)
    assert str(status) in described, f"not documented: {shown}"
    _check_headers(described[str(status)]["headers"], headers, shown, over_http=over_http)
    if method == "HEAD" or "content" not in described[str(status)]:
        assert body == "", shown
        return
    error = next(_body_validator(key, status).iter_errors(json.loads(body)), None)
    assert error is None, f"{error}\n{shown}"
    assert headers.get("content-type") == "application/json", shown


def _check_headers(described: dict[str, Any], headers: Mapping[str, str], shown: str, *, over_http: bool) -> None:
    names = {name.lower(): resolve(header) for name, header in described.items()}
    for name, value in headers.items():
        if name in names:
            assert _header_validator(json.dumps(names[name]["schema"])).is_valid(value), (name, value, shown)
        else:
            assert _OF_HTTP.fullmatch(name), f"{name} is not documented: {shown}"
    required = {name for name, header in names.items() if header.get("required")}
    missing = required - headers.keys() - ({_OF_API_GATEWAY} if not over_http else set())
    assert not missing, f"{missing} of {shown}"


@cache
def _responses(key: str | None) -> dict[str, dict[str, Any]]:
    """The responses by their statuses to a route; those of API Gateway to no route if it is None."""
    if key is None:
        return {"404": resolve({"$ref": "#/components/responses/NoRoute"})}
    return next(responses(operation) for operation in operations.OPERATIONS if operation.key == key)


@cache
def _body_validator(key: str | None, status: int) -> jsonschema_rs.Draft202012Validator:
    schema: dict[str, Any] = _responses(key)[str(status)]["content"]["application/json"]["schema"]
    return validator(schema)


@cache
def _header_validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    return validator(json.loads(schema))
