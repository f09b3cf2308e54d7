"""Builds the data of tests: persons, bodies and events with defaults, and unique words."""

import json
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

RESTRICTED = {"email": "j@example.com", "birthdate": "1980-02-23", "gender": "F"}
"""A valid value of each field of a person that has a rule of its own and so cannot hold any text."""


def a_word(prefix: str = "") -> str:
    """A word that no other test and no earlier run uses, because the table of a deployment is never empty."""
    return prefix + uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))


def a_person(**fields: Any) -> dict[str, Any]:
    return {"firstname": "Johanna", "lastname": a_word("Jansen"), **fields}


def a_body(*, external_identifier: str | None = None, **fields: Any) -> str:
    """The body of a create."""
    dossier = {} if external_identifier is None else {"external_identifier": external_identifier}
    return json.dumps({"dossier": dossier, "person": a_person(**fields)})


def a_patch(**fields: Any) -> str:
    """The body of an update of these fields; `external_identifier` is the dossier's, the others are the person's."""
    dossier = {name: fields.pop(name) for name in ("external_identifier",) if name in fields}
    return json.dumps({name: part for name, part in (("dossier", dossier), ("person", fields)) if part})


def an_event(  # noqa: PLR0913 - each is a part of a request
    method: str,
    path: str,
    *,
    route: str,
    query: str = "",
    body: str | None = None,
    is_base64: bool = False,
    headers: dict[str, str] | None = None,
    sub: str | None = "user",
    path_parameters: dict[str, str] | None = None,
) -> dict[str, Any]:
    """An event of an HTTP API, payload format 2.0, as API Gateway sends it after it has verified the token."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {route}",
        "rawPath": unquote(path),
        "rawQueryString": query,
        "headers": {"host": "api.example.com", "x-forwarded-proto": "https", **(headers or {})},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "authorizer": {"jwt": {"claims": {} if sub is None else {"sub": sub}, "scopes": None}},
            "domainName": "api.example.com",
            "http": {"method": method, "path": unquote(path), "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
            "requestId": "request-id",
            "routeKey": f"{method} {route}",
            "stage": "$default",
        },
        "isBase64Encoded": is_base64,
    }
    if path_parameters:
        event["pathParameters"] = path_parameters
    if body is not None:
        event["body"] = body
    return event
