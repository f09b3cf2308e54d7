"""CORS as an HTTP API of API Gateway handles it: preflight requests, and response headers for allowed origins.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from http import HTTPStatus

from local.gateway.request import Request
from local.gateway.response import Response

METHODS = ("GET", "POST", "PATCH", "DELETE")
"""The methods that a page of an allowed origin may use."""

REQUEST_HEADERS = ("Authorization", "Content-Type", "Idempotency-Key", "If-Match")
"""The request headers that a page of an allowed origin may send."""

EXPOSED_HEADERS = ("ETag", "Idempotent-Replayed", "Link", "Location", "Retry-After", "apigw-requestid")
"""The response headers that a page of an allowed origin may read."""

MAX_AGE = 7200
"""Seconds for which a browser may cache the response to a preflight request."""

ANY = "*"
"""Allows every origin. `https://*` and `http://*` allow every origin with that scheme."""

_ALLOW_ORIGIN = "access-control-allow-origin"
# A cache must not return the response for one origin to another: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
_VARY = "Origin"
_ALLOWED = re.compile(r"\*|https?://(?:\*|(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]+)?)")


def is_origin(text: str) -> bool:
    """Whether AllowedOrigins may contain the text: an origin as browsers send it, or one with ANY."""
    return _ALLOWED.fullmatch(text) is not None


@dataclass(frozen=True)
class Cors:
    """The CORS configuration of an API. Without allowed origins, CORS is off."""

    origins: Collection[str] = ()
    """The allowed origins."""

    def is_preflight(self, request: Request) -> bool:
        """Whether the gateway itself responds to the request, if no route matches it."""
        return bool(self.origins) and request.method == "OPTIONS"

    def preflight(self, request: Request) -> Response:
        """Returns the response to a preflight request. API Gateway checks neither its path nor a token.

        The response to an origin that is not allowed lacks the CORS headers. So does the response to an OPTIONS request
        without the headers of a preflight request.
        """
        headers = [("vary", _VARY)]
        origin = self._allowed_origin(request)
        if origin is not None and "access-control-request-method" in request.headers:
            headers += [
                (_ALLOW_ORIGIN, origin),
                ("access-control-allow-methods", ",".join(METHODS)),
                ("access-control-allow-headers", ",".join(REQUEST_HEADERS)),
                ("access-control-max-age", str(MAX_AGE)),
            ]
        return Response(HTTPStatus.NO_CONTENT, headers, b"")

    def add_headers(self, request: Request, response: Response) -> Response:
        """Returns the response with the headers that allow a page of the request's origin to read it.

        When CORS is on, the CORS headers of a function are ignored.
        """
        if not self.origins:
            return response
        own = [(name, value) for name, value in response.headers if not name.startswith("access-control-")]
        headers = [(name, value) for name, value in own if name != "vary"]
        headers.append(("vary", ", ".join([*(value for name, value in own if name == "vary"), _VARY])))
        if (origin := self._allowed_origin(request)) is not None:
            headers += [(_ALLOW_ORIGIN, origin), ("access-control-expose-headers", ",".join(EXPOSED_HEADERS))]
        return replace(response, headers=headers)

    def _allowed_origin(self, request: Request) -> str | None:
        """Returns the value of Access-Control-Allow-Origin, or None when the request has no allowed origin."""
        origin = request.headers.get("origin")
        if origin is None:
            return None
        if ANY in self.origins:
            return ANY
        return origin if origin in self.origins or f"{origin.partition('://')[0]}://{ANY}" in self.origins else None
