"""The functions of template.yaml, invoked in this process as Lambda invokes them."""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote

from local import template
from local.gateway import functions
from local.gateway.invocation import Handler
from local.template import Route
from tests.builders import an_event

ROUTES = template.routes(template.load())
_PATTERNS = [(route, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route.path))) for route in ROUTES]


@cache
def load() -> Mapping[str, Handler]:
    """Logical id -> handler, of all functions. The handlers are ready for concurrent requests."""
    return functions.load_handlers(ROUTES)


def invoke(event: dict[str, Any], context: Any = None, *, function: str | None = None) -> dict[str, Any]:
    """The response to an event of that function, by default of the function that the template routes it to."""
    if function is None:
        [function] = [route.function for route in ROUTES if route.key == event["routeKey"]]
    response: dict[str, Any] = load()[function](event, context)
    return response


def call(  # noqa: PLR0913 - each is a part of a request
    method: str,
    path: str,
    query: str = "",
    *,
    body: bytes | str | None = None,
    headers: dict[str, str] | None = None,
    sub: str | None = "user",
    context: Any = None,
) -> dict[str, Any]:
    """The response to a request of the user `sub`."""
    route, event = route_and_event(method, path, query, body=body, headers=headers, sub=sub)
    return invoke(event, context, function=route.function)


def route_and_event(
    method: str,
    path: str,
    query: str = "",
    *,
    body: bytes | str | None = None,
    headers: dict[str, str] | None = None,
    sub: str | None = "user",
) -> tuple[Route, dict[str, Any]]:
    """The route of the template for a request, and the event that API Gateway makes of the request.

    A body of bytes is in base64 in the event.
    """
    for route, pattern in _PATTERNS:
        match = pattern.fullmatch(path)
        if route.method == method and match is not None:
            event = an_event(
                method,
                path,
                route=route.path,
                query=query,
                body=b64encode(body).decode() if isinstance(body, bytes) else body,
                is_base64=isinstance(body, bytes),
                headers=headers,
                sub=sub,
                path_parameters={name: unquote(value) for name, value in match.groupdict().items()},
            )
            return route, event
    raise AssertionError(f"the template has no route for {method} {path}")
