"""One request and its response over an open connection, with the checks that botocore does not make.

A response counts only when it is complete: as long as its Content-Length says and, where it states a CRC32, with that
checksum. The exchange has a deadline as a whole, however slowly its bytes arrive.
"""

import io
import select
import socket
import ssl
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any

from dossiers.domain.deadline import Deadline
from dossiers.domain.errors import Cause


class BrokenExchange(Exception):
    """No complete response has arrived. Whether DynamoDB carried the request out is not known."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True)
class Response:
    """A complete response."""

    status: int
    headers: Message
    body: bytes


class ClosedWhileIdle(Exception):
    """The server closed a kept connection before it sent a byte of the response."""


class Connection:
    """An open connection.

    http.client writes requests and parses responses. This object takes the place of the socket in it, and limits each
    send and receive to the deadline of the exchange: the timeout of a socket starts anew with every byte.
    """

    def __init__(self, http: HTTPConnection) -> None:
        self._http = http
        self._socket: socket.socket = http.sock
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)
        self._is_new = True
        self._failure: OSError | None = None
        http.sock = self
        http.auto_open = 0  # a closed connection is replaced, not opened anew

    def send(self, target: str, headers: Mapping[str, Any], body: bytes, deadline: Deadline) -> None:
        """Send a POST of `body` to `target`, whose response must arrive by the deadline.

        `receive` must be called next. It raises what went wrong here too.
        """
        self._deadline = deadline
        self._unsent = b""
        self._incoming = _Incoming(self._receive_into)
        try:
            self._http.request("POST", target, body, headers)
            remaining = deadline.remaining
            if remaining <= 0:
                raise TimeoutError
            self._socket.settimeout(remaining)
            self._socket.sendall(self._unsent)
        except OSError as exc:
            self._failure = exc

    def receive(self) -> tuple[Response, bool]:
        """The response to the request that was sent, and whether the connection can be used again.

        Raises BrokenExchange or ClosedWhileIdle. The connection must be closed then: a late response would be taken
        for that to the next request.
        """
        try:
            if self._failure is not None:
                raise self._failure
            received = self._http.getresponse()
            response = _complete(received)
        except TimeoutError as exc:
            raise BrokenExchange(Cause.UNREACHABLE) from exc
        except (OSError, HTTPException) as exc:
            if self._incoming.count > 0:
                raise BrokenExchange(Cause.TRUNCATED) from exc
            if self._is_new:
                raise BrokenExchange(Cause.UNREACHABLE) from exc
            raise ClosedWhileIdle from exc
        self._is_new = False
        return response, not received.will_close and not self._incoming.has_surplus

    def is_quiet(self) -> bool:
        """Whether the connection is open and has nothing to read: no byte, decrypted or not, and not its end."""
        pending = self._socket.pending() if isinstance(self._socket, ssl.SSLSocket) else 0
        return not pending and not self._poll.poll(0)

    def shut(self) -> None:
        """Close the connection. (`close` belongs to http.client.)"""
        self._socket.close()

    def _receive_into(self, buffer: Any) -> int:
        # Without time left, what has arrived is taken: it may have waited for its turn after another response.
        self._socket.settimeout(max(self._deadline.remaining, 0))
        try:
            return self._socket.recv_into(buffer)
        except (BlockingIOError, ssl.SSLWantReadError) as exc:
            raise TimeoutError from exc

    # --- What http.client calls ---

    def sendall(self, data: bytes) -> None:
        """Take the headers, or the body: `send` sends both together."""
        self._unsent += data

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return a reader of the response."""
        return _Reader(self._incoming)

    def close(self) -> None:
        """http.client closes a connection that is not kept before it has read the body. `shut` does it afterwards."""


def _complete(received: HTTPResponse) -> Response:
    """The response with its body. Raises BrokenExchange, and what http.client raises for a body that is cut short."""
    if received.length is None or len(received.headers.get_all("content-length", ())) != 1:
        raise BrokenExchange(Cause.TRUNCATED)
    body = received.read()
    checksum = received.headers.get("x-amz-crc32")
    if checksum is not None and checksum != str(zlib.crc32(body)):
        raise BrokenExchange(Cause.TRUNCATED)
    return Response(received.status, received.headers, body)


class _Incoming(io.RawIOBase):
    """The bytes of one response. `count`: how many have arrived. `is_over`: the response is complete, and nothing more
    is received. `has_surplus`: bytes follow the response.
    """

    def __init__(self, receive_into: Callable[[Any], int]) -> None:
        self._receive_into = receive_into
        self.count = 0
        self.is_over = self.has_surplus = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self.is_over:
            return None
        received = self._receive_into(buffer)
        self.count += received
        return received


class _Reader(io.BufferedReader):
    """Reads a response. http.client closes it behind the last byte of the response."""

    raw: _Incoming

    def close(self) -> None:
        if not self.closed:
            self.raw.is_over = True  # nothing more is received: what is in the buffer now is surplus
            self.raw.has_surplus = bool(self.peek(1))
        super().close()
