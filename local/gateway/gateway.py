"""API Gateway on this machine: routes, CORS, JWT authorizer and limits, checked in the order of API Gateway."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from local.gateway.cors import Cors
from local.gateway.event import build_event
from local.gateway.invocation import Context, EventTooLargeError, Handler, invoke
from local.gateway.request import MAX_BODY, Request
from local.gateway.response import Response
from local.gateway.routing import Match, Router
from local.gateway.tokens import InvalidTokenError, SigningKey
from local.template import Route

MAX_HEADER = 10_240
"""Bytes of the request line and the values of the headers together:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""

_log = logging.getLogger(__name__)


class Gateway:
    """An HTTP API whose routes invoke functions."""

    def __init__(self, routes: Iterable[Route], handlers: Mapping[str, Handler], key: SigningKey, cors: Cors) -> None:
        """`handlers` maps the logical id of each function to its handler. `key` verifies the tokens."""
        self._router = Router(routes)
        self._handlers = handlers
        self._key = key
        self._cors = cors

    def respond(self, request: Request) -> Response:
        """Returns the response to a request.

        Logs one line. It has neither the path nor the query string, because both can contain names.
        """
        started = time.perf_counter()
        match = self._router.match(request)
        if match is None and self._cors.is_preflight(request):
            response = self._cors.preflight(request)
        else:
            response = Response.error(HTTPStatus.NOT_FOUND) if match is None else self._respond(request, match)
            response = self._cors.add_headers(request, response)
        _log.info(
            "%s %d %.0f ms",
            match.route.key if match else f"{request.method} (no route)",
            response.status,
            (time.perf_counter() - started) * 1000,
        )
        return response

    def _respond(self, request: Request, match: Match) -> Response:
        claims = None
        if match.route.authorizer is not None:
            try:
                claims = self._key.verify(request.headers.get("authorization"))
            except InvalidTokenError as exc:
                challenge = f'Bearer scope="" error="invalid_token" error_description="{exc}"'
                return Response.error(HTTPStatus.UNAUTHORIZED, ("www-authenticate", challenge))
        if len(request.body) > MAX_BODY:
            return Response.error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if len(request.target) + sum(map(len, request.headers.values())) > MAX_HEADER:
            return Response.error(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        return self._invoke(request, match, claims)

    def _invoke(self, request: Request, match: Match, claims: Mapping[str, str] | None) -> Response:
        """Returns the response of the function, or 500 when the function fails."""
        route = match.route
        try:
            event = build_event(request, route, match.path_parameters, claims)
            return invoke(self._handlers[route.function], event, Context(route.function, request.id, route.timeout))
        except EventTooLargeError:
            return Response.error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except Exception as exc:  # noqa: BLE001 - API Gateway responds 500 to any failure of a function
            _log.error("%s failed: %s\n%s", route.function, type(exc).__qualname__, _traceback_without_message(exc))
            return Response.error(HTTPStatus.INTERNAL_SERVER_ERROR)


def _traceback_without_message(exc: BaseException) -> str:
    """Returns the stack trace of an exception without its message, which may quote a person's data."""
    return "".join(traceback.format_list(traceback.extract_tb(exc.__traceback__))).rstrip()
