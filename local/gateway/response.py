"""An HTTP response, as the gateway passes it to the server."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True)
class Response:
    """Status, headers and body. The server adds `Content-Length`, `Date` and the request id."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @classmethod
    def error(cls, status: HTTPStatus, *headers: tuple[str, str]) -> Response:
        """Returns the response with which API Gateway itself reports an error: `{"message":"Not Found"}`."""
        body = json.dumps({"message": _message(status)}, separators=(",", ":")).encode()
        return cls(status, [("content-type", "application/json"), *headers], body)


def _message(status: HTTPStatus) -> str:
    # Python 3.13 renamed this status, API Gateway did not.
    return "Request Entity Too Large" if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else status.phrase
