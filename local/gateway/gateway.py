"""API Gateway's part on this machine: the template's routes, the JWT authorizer, and the call of a function.

Order of checks, as there: the route, the token, the size.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from local.gateway.event import MAX_BODY, Request, event
from local.gateway.response import Response
from local.gateway.tokens import InvalidTokenError, SigningKey
from local.template import Route

Handler = Callable[[dict[str, Any], Any], Any]

# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
MAX_HEADER = 10_240
"""Bytes of the request line and the values of the headers together."""
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_PAYLOAD = 6_291_556
"""Bytes of an event, and of what a function returns, as JSON."""

_STATUSES = range(200, 600)
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~\w-]+", re.ASCII)
_CONTROL = re.compile(r"[\0-\x1f\x7f]")

_log = logging.getLogger("local.gateway")


@dataclass
class Context:
    """What a function may ask Lambda about its invocation."""

    function_name: str
    aws_request_id: str
    timeout: int
    """Seconds."""
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 1769
    log_group_name: str = "local"
    log_stream_name: str = "local"
    started: float = field(default_factory=time.monotonic)

    @property
    def invoked_function_arn(self) -> str:
        """An ARN of the right shape."""
        return f"arn:aws:lambda:local:000000000000:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the function, counted from its start.

        Nothing ends it here, so that a debugger can stop in it. The time goes on meanwhile: after a long stop the
        function finds that its time is up, as it would on Lambda.
        """
        return max(0, round((self.timeout - (time.monotonic() - self.started)) * 1000))


class Gateway:
    """From a request to its response, by way of the function that the template names."""

    def __init__(self, routes: Iterable[Route], handlers: Mapping[str, Handler], key: SigningKey) -> None:
        """`handlers`: the functions' logical ids -> their handlers."""
        # A literal segment goes before a variable one.
        self._routes = sorted(routes, key=lambda route: route.path.count("{"))
        self._handlers = handlers
        self._key = key

    def respond(self, request: Request) -> Response:
        """The response to a request. Logs one line: never the path or the query, in which names can stand."""
        started = time.perf_counter()
        found = self._found(request)
        response = self._respond(request, found)
        _log.info(
            "%s %d %.0f ms",
            found[0].key if found else f"{request.method} (no route)",
            response.status,
            (time.perf_counter() - started) * 1000,
        )
        return response

    def _found(self, request: Request) -> tuple[Route, dict[str, str]] | None:
        """The route of a request and its path parameters.

        Segments are told apart before they are decoded: `%2F` is a slash inside a parameter.
        """
        segments = request.path.split("/")
        for route in self._routes:
            if route.method in (request.method, "ANY"):
                parameters = _matched(route.path.split("/"), segments)
                if parameters is not None:
                    return route, parameters
        return None

    def _respond(self, request: Request, found: tuple[Route, dict[str, str]] | None) -> Response:
        if found is None:
            return Response.message(HTTPStatus.NOT_FOUND)
        route, parameters = found
        claims = None
        if route.authorizer is not None:
            try:
                claims = self._key.claims(request.headers.get("authorization"))
            except InvalidTokenError as exc:
                challenge = f'Bearer scope="" error="invalid_token" error_description="{exc}"'
                return Response.message(HTTPStatus.UNAUTHORIZED, ("www-authenticate", challenge))
        if len(request.body) > MAX_BODY:
            return Response.message(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if len(request.target) + sum(map(len, request.headers.values())) > MAX_HEADER:
            return Response.message(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        return self._invoke(request, route, parameters, claims)

    def _invoke(
        self, request: Request, route: Route, parameters: Mapping[str, str], claims: Mapping[str, str] | None
    ) -> Response:
        """The response of the route's function. Whatever the function raises becomes a 500."""
        try:
            invocation = event(request, route, parameters, claims)
            if _exceeds_lambda(invocation, separators=(",", ":")):
                return Response.message(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            context = Context(route.function, request.id, route.timeout)
            return _response(self._handlers[route.function](invocation, context))
        except Exception as exc:  # noqa: BLE001 - whatever a function raises, API Gateway answers 500
            _log.error("%s failed: %s\n%s", route.function, type(exc).__qualname__, _where(exc))
            return Response.message(HTTPStatus.INTERNAL_SERVER_ERROR)


def _matched(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    """The path parameters when the segments are of that pattern, else None. A parameter is never empty."""
    if len(pattern) != len(segments):
        return None
    parameters = {}
    for expected, segment in zip(pattern, segments, strict=True):
        value = unquote(segment)
        if expected.startswith("{") and value:
            parameters[expected[1:-1]] = value
        elif expected != value:
            return None
    return parameters


def _exceeds_lambda(payload: Mapping[str, Any], *, separators: tuple[str, str]) -> bool:
    """Whether an event or a function's result is larger than Lambda accepts, as JSON with those separators."""
    # A character takes six bytes of JSON at most, and everything but the body is short: most bodies need no measuring.
    if len(payload.get("body") or "") < MAX_PAYLOAD // 8:
        return False
    return len(json.dumps(payload, ensure_ascii=False, separators=separators).encode()) > MAX_PAYLOAD


def _response(answer: Any) -> Response:
    """What a function returned, as API Gateway reads it. Raises whatever makes it no answer."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        # "API Gateway can infer the response format for you."
        text = answer if isinstance(answer, str) else json.dumps(answer)
        answer = {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": text}
    if _exceeds_lambda(answer, separators=(", ", ": ")):
        raise ResponseTooLargeError
    body = answer.get("body") or ""
    headers = {"content-type": "text/plain;charset=UTF-8"}
    headers |= {name.lower(): str(value).strip() for name, value in (answer.get("headers") or {}).items()}
    headers.pop("content-length", None)
    sent = [*headers.items(), *(("set-cookie", cookie) for cookie in answer.get("cookies") or [])]
    if not all(_HEADER_NAME.fullmatch(name) and not _CONTROL.search(value) for name, value in sent):
        raise MalformedResponseError("header")
    status = int(answer["statusCode"])
    if status not in _STATUSES:
        raise MalformedResponseError("status")
    return Response(status, sent, base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode())


class MalformedResponseError(Exception):
    """A function returned a status or a header that HTTP does not have."""


class ResponseTooLargeError(Exception):
    """A function returned more than Lambda accepts."""


def _where(exc: BaseException) -> str:
    """The lines of code on the way to an exception, without its text, which may quote a person's data."""
    return "".join(traceback.format_list(traceback.extract_tb(exc.__traceback__))).rstrip()
