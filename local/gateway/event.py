"""The event with which API Gateway's HTTP API invokes a function: payload format 2.0.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from local.gateway.request import Request
from local.template import Route

# Bodies of these content types are text in the event, all others are base64. AWS documents no list: it was measured.
_TEXT = re.compile(r"text/.*|application/(?:json|javascript|xml)")
_HOST = re.compile(r"[A-Za-z0-9.\-]+(?::\d+)?|\[[0-9A-Fa-f:]+\](?::\d+)?")


def build_event(
    request: Request, route: Route, path_parameters: Mapping[str, str], claims: Mapping[str, str] | None
) -> dict[str, Any]:
    """Returns the event for a request to that route.

    `claims` are the claims of the token, or None for a route without an authorizer.
    """
    now = datetime.now(UTC)
    # API Gateway decodes the path, including %2F, but not the query string.
    path = unquote(request.path)
    host = request.headers.get("host", "")
    domain = host if _HOST.fullmatch(host) else f"127.0.0.1:{request.port}"
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": {name: value for name, value in request.headers.items() if name != "cookie"}
        | {
            "x-amzn-trace-id": f"Root=1-{int(now.timestamp()):08x}-{request.id.replace('-', '')[:24]}",
            "x-forwarded-for": _join(request.headers.get("x-forwarded-for"), request.source_ip),
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
    # API Gateway omits a key when the request has no value for it.
    if cookies := request.headers.get("cookie"):
        event["cookies"] = re.split(r"; *", cookies)
    if request.query:
        event["queryStringParameters"] = _query_parameters(request.query)
    if path_parameters:
        event["pathParameters"] = dict(path_parameters)
    if claims is not None:
        event["requestContext"]["authorizer"] = {"jwt": {"claims": dict(claims), "scopes": None}}
    if request.body:
        event["body"], event["isBase64Encoded"] = _encode_body(request)
    return event


def _join(first: str | None, second: str) -> str:
    return second if first is None else f"{first},{second}"


def _query_parameters(query: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        parameters[name] = _join(parameters.get(name), value)
    return parameters


def _encode_body(request: Request) -> tuple[str, bool]:
    """Returns the body as text or in base64, and whether it is in base64."""
    content_type = request.headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if _TEXT.fullmatch(content_type):
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode(), True
