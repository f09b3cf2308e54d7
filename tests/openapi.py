"""The OpenAPI document as tests use it: its operations, and whether a response is one that it describes."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from openapi import document, operations
from openapi.operations import Operation

DOCUMENT: dict[str, Any] = json.loads(document.JSON.read_bytes())

OPERATIONS = {operation.id: operation for operation in operations.OPERATIONS}

_PATTERNS = [(operation, re.compile(re.sub(r"{\w+}", "[^/]+", operation.path))) for operation in operations.OPERATIONS]

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


def check(method: str, target: str, status: int, headers: Mapping[str, str], body: str, *, over_http: bool) -> None:
    """Fail unless the document describes the response to a request. Names of headers are in lower case.

    `over_http`: the response came through API Gateway or what stands for it.
    """
    path = target.partition("?")[0]
    matches = [operation for operation, pattern in _PATTERNS if pattern.fullmatch(path)]
    operation = next((found for found in matches if found.method == method.lower()), None)
    response = f"{method} {path}: {status} {body[:300]}"
    if status == 400 and json.loads(body) == {"message": "Bad Request"}:
        return  # what was sent is no HTTP, so it belongs to no operation
    if operation is None:
        assert status == 404, response
    described = _responses(operation)
    assert str(status) in described, f"no operation has this status: {response}"
    _check_headers(described[str(status)]["headers"], headers, response, over_http=over_http)
    if method == "HEAD" or "content" not in described[str(status)]:
        assert body == "", response
        return
    error = next(_body_validator(operation, status).iter_errors(json.loads(body)), None)
    assert error is None, f"{error}\n{response}"
    assert headers.get("content-type") == "application/json", response


def _check_headers(described: dict[str, Any], headers: Mapping[str, str], response: str, *, over_http: bool) -> None:
    names = {name.lower(): resolve(header) for name, header in described.items()}
    for name, value in headers.items():
        if name in names:
            assert _header_validator(name, json.dumps(names[name]["schema"])).is_valid(value), (name, value, response)
        else:
            assert _OF_HTTP.fullmatch(name), f"{name} is not documented: {response}"
    required = {name for name, header in names.items() if header.get("required")}
    missing = required - headers.keys() - ({_OF_API_GATEWAY} if not over_http else set())
    assert not missing, f"{missing} of {response}"


def _responses(operation: Operation | None) -> dict[str, dict[str, Any]]:
    if operation is None:
        return {"404": resolve({"$ref": "#/components/responses/NoRoute"})}
    return responses(operation)


@cache
def _body_validator(operation: Operation | None, status: int) -> jsonschema_rs.Draft202012Validator:
    schema: dict[str, Any] = _responses(operation)[str(status)]["content"]["application/json"]["schema"]
    return validator(schema)


@cache
def _header_validator(_: str, schema: str) -> jsonschema_rs.Draft202012Validator:
    return validator(json.loads(schema))
