"""The responses of operations: those that succeed, and those that report an error."""

from typing import Any

from dossiers.api.response import STATUSES
from dossiers.domain import errors
from openapi import examples
from openapi.errors import FIXED, GATEWAY, body_of, status
from openapi.json_schema import ref

_OF_THE_SERVICE: tuple[str, ...] = ("Cache-Control", "apigw-requestid")
_OF_API_GATEWAY: tuple[str, ...] = ("apigw-requestid",)
_OF_EITHER: tuple[str, ...] = ("Cache-Control-Of-Service", "apigw-requestid")

_MEANINGS = {
    "InvalidJson": "The body is not one JSON object in UTF-8.",
    "Forbidden": "The role of the user in the dossier group does not permit the request.",
    "GroupNotFound": "The dossier group does not exist or is not granted to the user.",
    "DossierNotFound": "The dossier is not in the dossier group: it never existed, was deleted, or is in another "
    "group.",
    "Stale": "The dossier has another version than `If-Match` names.",
    "TryAgain": "The database throttles or is unreachable, or a conflict outlasted the retries. The request can be "
    "repeated.",
    "InternalError": "A defect of the service, which is logged with the id of the request.",
    "Unauthorized": "The bearer token is missing or not valid, or names no user.",
    "NoRoute": "API Gateway: there is no such path or method.",
    "BodyTooLarge": "API Gateway: the body is too large.",
    "TooManyRequests": "API Gateway: all clients together exceed the rate that the API is configured for.",
    "HeadersTooLarge": "API Gateway: the request line and the header values together are too long.",
    "GatewayError": "API Gateway: the function could not be called.",
    "Unavailable": "API Gateway: no capacity for the function, or it did not respond in time.",
}

ERRORS: dict[str, tuple[str, ...]] = {
    "InvalidJson": ("InvalidJson",),
    "Unauthorized": ("Unauthorized",),
    "Forbidden": ("Forbidden",),
    "NoRoute": ("NoRoute",),
    "GroupNotFound": ("GroupNotFound", "NoRoute"),
    "DossierNotFound": ("GroupNotFound", "DossierNotFound", "NoRoute"),
    "Stale": ("Stale",),
    "BodyTooLarge": ("BodyTooLarge",),
    "TooManyRequests": ("TooManyRequests",),
    "HeadersTooLarge": ("HeadersTooLarge",),
    "InternalError": ("InternalError", "GatewayError"),
    "TryAgain": ("TryAgain", "Unavailable"),
}
"""The error responses that operations share, by their names in the document: the bodies that each can have."""

_HEADERS_OF_ERRORS = {"Unauthorized": ("WWW-Authenticate",), "TryAgain": ("Retry-After",)}


def shared_errors() -> dict[str, Any]:
    """The error responses that operations share, by their names in the document."""
    return {name: _error(name, bodies) for name, bodies in ERRORS.items()}


def error_status(name: str) -> str:
    """The status of a shared error response."""
    if name == "InternalError":
        return status(GATEWAY["GatewayError"])
    return status(type(FIXED[name]) if name in FIXED else GATEWAY[name])


def _error(name: str, bodies: tuple[str, ...]) -> dict[str, Any]:
    common = _OF_EITHER
    if name != "Unauthorized" and all(body in GATEWAY for body in bodies):
        common = _OF_API_GATEWAY
    elif not any(body in GATEWAY for body in bodies):
        common = _OF_THE_SERVICE
    headers = (*_HEADERS_OF_ERRORS.get(name, ()), *common)
    schemas = [ref(body) for body in bodies]
    return response(
        " Or: ".join(_MEANINGS[body] for body in bodies),
        schemas[0] if len(schemas) == 1 else {"anyOf": schemas},
        headers=headers,
        examples={body: {"summary": _MEANINGS[body], "value": body_of(body)} for body in bodies},
    )


def invalid(schema: str, example: dict[str, list[str]], *, can_be_taken: bool = False) -> dict[str, Any]:
    """The response to a request that breaks rules."""
    return response(
        "Fields, parameters or headers break a rule. Every one that does is reported.",
        ref(schema),
        headers=("Location-Of-Holder", *_OF_THE_SERVICE) if can_be_taken else _OF_THE_SERVICE,
        examples=examples.by_name(invalid=("A rule is broken", {"errors": example})),
    )


def table(schema: str, examples: dict[str, Any]) -> dict[str, Any]:
    """The response with a page of a list, and these examples of it."""
    headers = ("Link", "Vary", "Content-Encoding", *_OF_THE_SERVICE)
    return response("A page of the list.", ref(schema), headers=headers, examples=examples)


def dossier(description: str, value: Any) -> dict[str, Any]:
    """The response with a dossier."""
    shown = examples.by_name(dossier=(description, value))
    return response(description, ref("DossierResource"), headers=("ETag", *_OF_THE_SERVICE), examples=shown)


def creation() -> dict[str, Any]:
    """The response to a create."""
    return response(
        "The dossier was created, or an earlier request with the same `Idempotency-Key` had created it.",
        ref("CreatedDossier"),
        headers=("Location", "ETag", "Idempotent-Replayed", *_OF_THE_SERVICE),
        examples=examples.by_name(created=("The id of the dossier", examples.CREATED)),
    )


def deletion() -> dict[str, Any]:
    """The response to a deletion, without a body."""
    return {"description": "The dossier was deleted.", "headers": _headers(_OF_THE_SERVICE)}


def response(
    description: str, schema: dict[str, Any], *, headers: tuple[str, ...], examples: dict[str, Any]
) -> dict[str, Any]:
    """A response with a JSON body."""
    content = {"application/json": {"schema": schema, "examples": examples}}
    return {"description": description, "headers": _headers(headers), "content": content}


def _headers(names: tuple[str, ...]) -> dict[str, Any]:
    return {name.partition("-Of-")[0]: ref(name, "headers") for name in names}


INVALID_STATUS = str(STATUSES[errors.Invalid])
