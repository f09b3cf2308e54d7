"""The three handlers, called as Lambda calls them, by way of the routes of template.yaml."""

import importlib.util
import re
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from local import template
from tests.builders import an_event

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@cache
def handler(code: Path) -> Handler:
    """The handler in functions/<function>/app.py."""
    spec = importlib.util.spec_from_file_location(f"functions_{code.name}", code / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    handler: Handler = module.handler
    for route, _ in _routes():
        # Powertools finishes a route at its first request, where two threads may be first. This request is nobody's.
        handler(an_event(route.method, route.path.replace("{dossier_group_id}", "-"), route=route.path, sub=None), None)
    return handler


@cache
def _routes() -> list[tuple[template.Route, re.Pattern[str]]]:
    routes = template.routes(template.load())
    return [(route, re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route.path))) for route in routes]


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
    """Answer a request by the function that the template routes it to. Bytes go base64-encoded, as API Gateway does."""
    route, event = routed(method, path, query, body=body, headers=headers, sub=sub)
    return handler(route.code)(event, context)


def routed(
    method: str,
    path: str,
    query: str = "",
    *,
    body: bytes | str | None = None,
    headers: dict[str, str] | None = None,
    sub: str | None = "user",
) -> tuple[template.Route, dict[str, Any]]:
    """The route that the template has for a request, and the event that API Gateway makes of the request."""
    for route, pattern in _routes():
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
