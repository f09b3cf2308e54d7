"""Selects the route of a request, as API Gateway does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from local.gateway.request import Request
from local.template import Route


@dataclass(frozen=True)
class Match:
    """The route of a request, and its decoded path parameters."""

    route: Route
    path_parameters: dict[str, str]


class Router:
    """The routes of an API."""

    def __init__(self, routes: Iterable[Route]) -> None:
        # API Gateway prefers a literal segment to a variable.
        self._routes = sorted(routes, key=lambda route: route.path.count("{"))

    def match(self, request: Request) -> Match | None:
        """Returns the route with the method and path of the request, or None when there is none.

        The path is split before it is decoded, so that `%2F` is a slash within a parameter.
        """
        segments = request.path.split("/")
        for route in self._routes:
            if route.method in (request.method, "ANY"):
                path_parameters = _match_path(route.path.split("/"), segments)
                if path_parameters is not None:
                    return Match(route, path_parameters)
        return None


def _match_path(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    """Returns the path parameters if the segments match the pattern, else None. A parameter is never empty."""
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
