"""The events of the measured requests, as API Gateway would send them."""

import json
from typing import Any
from uuid import uuid4

from benchmarks.database import EMPTY, NAME
from local import template
from local.gateway.event import build_event
from local.gateway.request import Request

INDEX_PATH = "/api/v1/dossiers"
GROUPS_PATH = "/api/v1/dossier_groups"
GROUP_PATH = f"{GROUPS_PATH}/{{dossier_group_id}}/dossiers"


def index(size: int) -> dict[str, Any]:
    """List the whole group of this size."""
    return _event("GET", INDEX_PATH, size)


def search(size: int) -> dict[str, Any]:
    """Search for the most common name in the group of this size."""
    return _event("GET", GROUP_PATH, size, query=f"name={NAME.replace(' ', '+')}")


def create(identifier: str | None = None) -> dict[str, Any]:
    """Create a dossier with a name of three words, an external identifier and an Idempotency-Key.

    `identifier`: the external identifier, and the key; by default a new UUID.
    """
    identifier = identifier or str(uuid4())
    person = {
        "firstname": "Johanna",
        "lastname": "de Vries",
        "birthdate": "1980-02-23",
        "gender": "F",
        "email": "johanna@example.com",
        "city": "Utrecht",
    }
    body = {"dossier": {"external_identifier": identifier}, "person": person}
    return _event("POST", GROUP_PATH, EMPTY, body=body, key=identifier)


def _event(method: str, path: str, size: int, *, query: str = "", body: Any = None, key: str = "") -> dict[str, Any]:
    """The event of a request of the user who is granted the group of this size."""
    group = f"group-{size}"
    routes = {route.key: route for route in template.routes(template.load())}
    headers = {
        "accept": "*/*",
        "content-type": "application/json",
        "host": "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
        "user-agent": "benchmark",
        **({"idempotency-key": key} if key else {}),
    }
    request = Request(
        method=method,
        target=path.replace("{dossier_group_id}", group) + (f"?{query}" if query else ""),
        protocol="HTTP/1.1",
        headers=headers,
        body=b"" if body is None else json.dumps(body).encode(),
        source_ip="192.0.2.1",
        port=443,
        id=str(uuid4()),
    )
    parameters = {"dossier_group_id": group} if "{" in path else {}
    return build_event(request, routes[f"{method} {path}"], parameters, {"sub": f"user-{size}"})
