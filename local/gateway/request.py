"""An HTTP request, as the server passes it to the gateway."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

MAX_BODY = 10 * 1024 * 1024
"""Bytes of a request's body: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""

_THIS_MACHINE = re.compile(r"(?:127\.0\.0\.1|localhost)(?::\d+)?", re.IGNORECASE | re.ASCII)
_ORIGIN = re.compile(r"^https?://[^/?]*", re.IGNORECASE)


@dataclass(frozen=True)
class Request:
    """One HTTP request, not decoded."""

    method: str
    target: str
    """The request target of the request line: path and query string."""
    protocol: str
    """`HTTP/1.1`."""
    headers: Mapping[str, str]
    """Names in lower case. The values of a header that was sent more than once are joined by commas."""
    body: bytes
    """The complete body, up to MAX_BODY bytes. A longer body is cut to a length that still exceeds MAX_BODY."""
    source_ip: str
    port: int
    """The port on which this machine received the request."""
    id: str

    @property
    def path(self) -> str:
        """The path, percent-encoded as it was sent."""
        return self._path_and_query[0]

    @property
    def query(self) -> str:
        """The query string as it was sent, without the question mark."""
        return self._path_and_query[1]

    @property
    def is_for_this_machine(self) -> bool:
        """Whether the Host header names this machine.

        A web site whose host name resolves to 127.0.0.1 (DNS rebinding) can send and read such requests under its own
        name only.
        """
        return _THIS_MACHINE.fullmatch(self.headers.get("host", "")) is not None

    @property
    def _path_and_query(self) -> tuple[str, str]:
        # The target may be a whole URL (RFC 9112, section 3.2.2).
        path, _, query = _ORIGIN.sub("", self.target.split("#", 1)[0]).partition("?")
        return path, query
