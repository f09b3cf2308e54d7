"""A request as API Gateway's HTTP API hands it to a function: payload format 2.0.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from local.template import Route

# Content types whose bodies arrive as text; every other one, and none, arrives in base64. AWS documents no list: this
# is what others measured of it.
_TEXT = re.compile(r"text/.*|application/(?:json|javascript|xml)")
_ORIGIN = re.compile(r"^https?://[^/?]*", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9.\-]+(?::\d+)?|\[[0-9A-Fa-f:]+\](?::\d+)?")


MAX_BODY = 10 * 1024 * 1024
"""Bytes of a request's body: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""


@dataclass(frozen=True)
class Request:
    """One HTTP request, as it came in."""

    method: str
    target: str
    """The request line's middle: path and query, nothing decoded."""
    protocol: str
    headers: Mapping[str, str]
    """Names in lower case; a header that was sent more than once is joined by commas."""
    body: bytes
    source_ip: str
    port: int
    """The port it came in at."""
    id: str

    @property
    def path(self) -> str:
        """The path as it was sent, percent-encoded."""
        return self._split[0]

    @property
    def query(self) -> str:
        """The query string as it was sent, without the question mark."""
        return self._split[1]

    @property
    def _split(self) -> tuple[str, str]:
        # The whole URL may stand there (RFC 9112, 3.2.2).
        path, _, query = _ORIGIN.sub("", self.target.split("#", 1)[0]).partition("?")
        return path, query


def event(
    request: Request, route: Route, path_parameters: Mapping[str, str], claims: Mapping[str, str] | None
) -> dict[str, Any]:
    """The event for a request that has found its route and passed its authorizer.

    `claims` are the token's, or None on a route without an authorizer.
    """
    now = datetime.now(UTC)
    # API Gateway decodes the path, slashes included, and not the query string.
    path = unquote(request.path)
    host = request.headers.get("host", "")
    domain = host if _HOST.fullmatch(host) else f"127.0.0.1:{request.port}"
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": {name: value for name, value in request.headers.items() if name != "cookie"}
        | {
            "x-amzn-trace-id": f"Root=1-{int(now.timestamp()):08x}-{request.id.replace('-', '')[:24]}",
            "x-forwarded-for": _joined(request.headers.get("x-forwarded-for"), request.source_ip),
            "x-forwarded-port": str(request.port),
            "x-forwarded-proto": "http",
        },
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": domain,
            "domainPrefix": domain.split(".", 1)[0],
            "http": {
                "method": request.method,
                "path": path,
                "protocol": request.protocol,
                "sourceIp": request.source_ip,
                "userAgent": request.headers.get("user-agent", ""),
            },
            "requestId": request.id,
            "routeKey": route.key,
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now.timestamp() * 1000),
        },
        "isBase64Encoded": False,
    }
    # What a request does not have, its event has no key for.
    if cookies := request.headers.get("cookie"):
        made["cookies"] = re.split(r"; *", cookies)
    if request.query:
        made["queryStringParameters"] = _query_parameters(request.query)
    if path_parameters:
        made["pathParameters"] = dict(path_parameters)
    if claims is not None:
        made["requestContext"]["authorizer"] = {"jwt": {"claims": dict(claims), "scopes": None}}
    if request.body:
        made["body"], made["isBase64Encoded"] = _body(request)
    return made


def _joined(first: str | None, second: str) -> str:
    return second if first is None else f"{first},{second}"


def _query_parameters(query: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        found[name] = _joined(found.get(name), value)
    return found


def _body(request: Request) -> tuple[str, bool]:
    """The body, and whether it is in base64."""
    content_type = request.headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if _TEXT.fullmatch(content_type):
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode(), True
