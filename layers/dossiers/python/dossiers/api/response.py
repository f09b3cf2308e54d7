"""Responses: their statuses, headers and bodies."""

import json
from base64 import b64encode
from urllib.parse import quote

from aws_lambda_powertools.event_handler import Response as PowertoolsResponse
from aws_lambda_powertools.event_handler import content_types

from dossiers.api import compression, query_string
from dossiers.api.request import Request
from dossiers.domain import errors
from dossiers.domain.cursor import Position
from dossiers.domain.errors import Keyword
from dossiers.domain.pages import Page

Response = PowertoolsResponse[str]

STATUSES: dict[type[errors.DossiersError], int] = {
    errors.InvalidJson: 400,
    errors.Unauthorized: 401,
    errors.GroupNotFound: 404,
    errors.Invalid: 422,
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


def created(dossier_id: str, *, replayed: bool) -> Response:
    """The id of a dossier; `replayed`: the same request had created it before."""
    return _json(200, json.dumps({"id": dossier_id}), {"Idempotent-Replayed": "true"} if replayed else {})


def refusal(error: errors.DossiersError) -> Response:
    """The response to a request that is refused."""
    status = STATUSES[type(error)]
    if isinstance(error, errors.Unauthorized):  # in API Gateway's own words
        return _message(status, "Unauthorized")
    headers = {"Retry-After": "1"} if isinstance(error, errors.TryAgain) else {}
    return _errors(status, error.problems, headers)


def internal_error() -> Response:
    """The response to a request that met a defect."""
    return _errors(500, {errors.BASE: (Keyword.INTERNAL_ERROR,)}, {})


def route_not_found() -> Response:
    """The response to a request without a route, in API Gateway's own words."""
    return _message(404, "Not Found")


def _next_url(request: Request, after: Position) -> str:
    """The URL of the same request, for the page behind `after`."""
    event = request.event
    scheme = "http" if request.header("X-Forwarded-Proto") == "http" else "https"
    path = quote(event.raw_path, safe="/%")
    return f"{scheme}://{event.request_context.domain_name}{path}?{query_string.next_page(request.query, after)}"


def _errors(status: int, problems: errors.Problems, headers: dict[str, str]) -> Response:
    return _json(status, json.dumps({"errors": problems}), headers)


def _message(status: int, message: str) -> Response:
    return _json(status, json.dumps({"message": message}), {})


def _json(status: int, body: str, headers: dict[str, str]) -> Response:
    return PowertoolsResponse(status, content_types.APPLICATION_JSON, body, headers={**_HEADERS, **headers})
