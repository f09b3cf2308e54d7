"""Invokes a function as Lambda does: with a context, within Lambda's limits, and with a response of API Gateway."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.gateway.response import Response

Handler = Callable[[dict[str, Any], Any], Any]
"""A function's handler: takes an event and a context, and returns a response."""

MAX_PAYLOAD = 6_291_556
"""Bytes of an event or of a function's result, as JSON:
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

_STATUSES = range(200, 600)
# Responses with these statuses have no body: https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1
_WITHOUT_BODY = (204, 304)
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~\w-]+", re.ASCII)
_CONTROL_CHARACTER = re.compile(r"[\0-\x1f\x7f]")


class EventTooLargeError(Exception):
    """The event is larger than Lambda accepts."""


class ResponseTooLargeError(Exception):
    """The function's result is larger than Lambda accepts."""


class MalformedResponseError(Exception):
    """The function returned a status or a header that is not valid in HTTP."""


@dataclass
class Context:
    """The context of an invocation, with the attributes of Lambda's context object."""

    function_name: str
    aws_request_id: str
    timeout: int
    """Seconds after which Lambda would end the function."""
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 1769
    log_group_name: str = "local"
    log_stream_name: str = "local"
    started: float = field(default_factory=time.monotonic)

    @property
    def invoked_function_arn(self) -> str:
        """An ARN in the form that Lambda uses."""
        return f"arn:aws:lambda:local:000000000000:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Returns the milliseconds until Lambda would end the function.

        On this machine nothing ends the function, so that it can stop at a breakpoint. After a long stop this method
        returns 0.
        """
        return max(0, round((self.timeout - (time.monotonic() - self.started)) * 1000))


def invoke(handler: Handler, event: dict[str, Any], context: Context) -> Response:
    """Invoke the function and return its response.

    Raises EventTooLargeError, ResponseTooLargeError, MalformedResponseError, and every exception of the function.
    """
    if _exceeds_limit(event, separators=(",", ":")):
        raise EventTooLargeError
    return _parse(handler(event, context))


def _exceeds_limit(payload: Mapping[str, Any], *, separators: tuple[str, str]) -> bool:
    """Whether an event or a function's result is larger than Lambda accepts, as JSON with those separators."""
    # A character has at most six bytes in JSON, and only the body can be long. Most payloads need not be serialized.
    if len(payload.get("body") or "") < MAX_PAYLOAD // 8:
        return False
    return len(json.dumps(payload, ensure_ascii=False, separators=separators).encode()) > MAX_PAYLOAD


def _parse(result: Any) -> Response:
    """Returns the response that API Gateway sends for a function's result."""
    if not isinstance(result, dict) or "statusCode" not in result:
        # "API Gateway can infer the response format for you": JSON with status 200.
        text = result if isinstance(result, str) else json.dumps(result)
        result = {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": text}
    if _exceeds_limit(result, separators=(", ", ": ")):
        raise ResponseTooLargeError
    status = int(result["statusCode"])
    if status not in _STATUSES:
        raise MalformedResponseError("status")
    body = "" if status in _WITHOUT_BODY else result.get("body") or ""
    headers = {} if status in _WITHOUT_BODY else {"content-type": "text/plain;charset=UTF-8"}
    headers |= {name.lower(): str(value).strip() for name, value in (result.get("headers") or {}).items()}
    headers.pop("content-length", None)
    lines = [*headers.items(), *(("set-cookie", cookie) for cookie in result.get("cookies") or [])]
    if not all(_HEADER_NAME.fullmatch(name) and not _CONTROL_CHARACTER.search(value) for name, value in lines):
        raise MalformedResponseError("header")
    return Response(status, lines, base64.b64decode(body) if result.get("isBase64Encoded") else body.encode())
