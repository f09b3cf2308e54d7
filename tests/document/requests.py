"""Requests for the operations of the OpenAPI document, to the functions on moto."""

import json

from openapi import examples
from tests.api import Handlers, Response
from tests.openapi import OPERATIONS

USER = "the user"


def call(
    operation: str,
    dossier_id: str = examples.DOSSIER_ID,
    *,
    query: str = "",
    body: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The response to a request of USER for a dossier of the group of the examples."""
    called = OPERATIONS[operation]
    path = called.path.format(dossier_group_id=examples.GROUP, dossier_id=dossier_id)
    target = f"{path}?{query}" if query else path
    return Handlers(USER).request(called.method.upper(), target, body=body, headers=dict(headers or {}))


def a_body_of(operation: str) -> str | None:
    """The first example of the operation's body, None if it takes none."""
    body = OPERATIONS[operation].body
    return None if body is None else json.dumps(next(iter(body.examples.values()))["value"])
