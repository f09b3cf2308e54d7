"""Requests for one dossier. (Until tests/api.py has them.)"""

import json
from typing import Any

from tests.api import Api, Headers, Response


def _path(api: Api, dossier_id: str, group: str | None) -> str:
    return f"/api/v1/dossier_groups/{group or api.group}/dossiers/{dossier_id}"


def _if_match(version: int | None) -> Headers:
    return {} if version is None else {"If-Match": f'"{version}"'}


def show(api: Api, dossier_id: str, *, group: str | None = None) -> Response:
    return api.transport.request("GET", _path(api, dossier_id, group))


def update(api: Api, dossier_id: str, *, dossier: Any = None, version: int | None = None, **person: Any) -> Response:
    body = json.dumps({"dossier": dossier, "person": person})
    return api.transport.request("PATCH", _path(api, dossier_id, None), body=body, headers=_if_match(version))


def delete(api: Api, dossier_id: str, *, version: int | None = None) -> Response:
    return api.transport.request("DELETE", _path(api, dossier_id, None), headers=_if_match(version))


def post_search(api: Api, *, in_group: bool = True, **filters: str) -> Response:
    path = f"/api/v1/dossier_groups/{api.group}/dossiers/search" if in_group else "/api/v1/dossiers/search"
    return api.transport.request("POST", path, body=json.dumps(filters))


def groups(api: Api) -> Response:
    return api.transport.request("GET", "/api/v1/dossier_groups")
