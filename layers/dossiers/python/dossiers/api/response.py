"""Responses: their statuses, headers and bodies."""

import json
from base64 import b64encode

from aws_lambda_powertools.event_handler import Response as PowertoolsResponse
from aws_lambda_powertools.event_handler import content_types

from dossiers.api import compression, query_string
from dossiers.api.request import Request
from dossiers.domain import errors
from dossiers.domain.content import PERSON_FIELDS
from dossiers.domain.cursor import Position
from dossiers.domain.errors import Keyword
from dossiers.domain.pages import Page
from dossiers.storage import items
from dossiers.storage.stored_dossier import StoredDossier

BASE_PATH = "/api/v1"

Response = PowertoolsResponse[str]

STATUSES: dict[type[errors.DossiersError], int] = {
    errors.InvalidJson: 400,
    errors.Unauthorized: 401,
    errors.Forbidden: 403,
    errors.GroupNotFound: 404,
    errors.DossierNotFound: 404,
    errors.Stale: 412,
    errors.Invalid: 422,
    errors.Taken: 422,
    errors.TryAgain: 503,
}

# Health data: not for a browser's or a proxy's cache.
_HEADERS = {"Cache-Control": "no-store"}


def page(request: Request, page: Page) -> Response:
    """A page of a list, with a Link to the next one; compressed when it is long and the client accepts that."""
    headers = {"Vary": "Accept-Encoding"}
    if page.next is not None:
        headers["Link"] = f'<{_next_url(request, page.next)}>; rel="next"'
    body = page.body
    packed = compression.compress(body) if compression.accepts_gzip(request.header("Accept-Encoding")) else None
    if packed is None:
        return _json(200, body, headers)
    response = _json(200, b64encode(packed).decode(), headers | {"Content-Encoding": "gzip"})
    response.base64_encoded = True
    return response


def creation(request: Request, dossier_id: str, *, replayed: bool) -> Response:
    """The id of a dossier; `replayed`: the same request had created it before."""
    headers = {"Location": _dossier_url(request, dossier_id), "ETag": _etag(items.FIRST_VERSION)}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return _json(200, json.dumps({"id": dossier_id}), headers)


def dossier(stored: StoredDossier) -> Response:
    """A dossier and its person, every field of them; a field without a value is null."""
    content = stored.content
    body = {
        "id": stored.id,
        "dossier": {"external_identifier": content.external_identifier},
        "person": {field: content.person.get(field) for field in PERSON_FIELDS},
        "created_at": _moment(stored.created_at),
        "updated_at": _moment(stored.updated_at),
    }
    return _json(200, json.dumps(body, ensure_ascii=False), {"ETag": _etag(stored.version)})


def deletion() -> Response:
    """The response without a body to a deletion."""
    return PowertoolsResponse(204, headers=dict(_HEADERS))


def refusal(request: Request, error: errors.DossiersError) -> Response:
    """The response to a request that is refused."""
    status = STATUSES[type(error)]
    if isinstance(error, errors.Unauthorized):  # in API Gateway's own words
        return _message(status, "Unauthorized")
    headers = {}
    if isinstance(error, errors.TryAgain):
        headers["Retry-After"] = "1"
    if isinstance(error, errors.Taken):
        headers["Location"] = _dossier_url(request, error.dossier_id)
    return _errors(status, error.problems, headers)


def internal_error() -> Response:
    """The response to a request that met a defect."""
    return _errors(500, {errors.BASE: (Keyword.INTERNAL_ERROR,)}, {})


def route_not_found() -> Response:
    """The response to a request without a route, in API Gateway's own words."""
    return _message(404, "Not Found")


def _next_url(request: Request, after: Position) -> str:
    """The URL of the same request, for the page behind `after`."""
    return f"{_origin(request)}{request.routed_path}?{query_string.next_page(request.query, after)}"


def _dossier_url(request: Request, dossier_id: str) -> str:
    """The URL of a dossier in the group of the request."""
    return f"{_origin(request)}{BASE_PATH}/dossier_groups/{request.group_if_any}/dossiers/{dossier_id}"


def _origin(request: Request) -> str:
    scheme = "http" if request.header("X-Forwarded-Proto") == "http" else "https"
    return f"{scheme}://{request.event.request_context.domain_name}"


def _etag(version: int) -> str:
    return f'"{version}"'


def _moment(stored: str) -> str:
    """A moment as the API returns it: `2026-11-24T04:05:21.123Z`."""
    return stored.replace("+00:00", "Z")


def _errors(status: int, problems: errors.Problems, headers: dict[str, str]) -> Response:
    return _json(status, json.dumps({"errors": problems}), headers)


def _message(status: int, message: str) -> Response:
    return _json(status, json.dumps({"message": message}), {})


def _json(status: int, body: str, headers: dict[str, str]) -> Response:
    return PowertoolsResponse(status, content_types.APPLICATION_JSON, body, headers={**_HEADERS, **headers})
