"""DynamoDB's requests and responses as bytes of HTTP/1.1, and one exchange of them between a client and the engine."""

import contextlib
import select
import socket
import struct
import time
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPException, HTTPResponse
from random import Random

_END_OF_HEAD = b"\r\n\r\n"
_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class Request:
    """A request as it was received."""

    head: bytes
    """Request line and headers, with the empty line that ends them."""
    body: bytes

    @property
    def operation(self) -> str:
        """The operation of DynamoDB, for example `GetItem`."""
        return header(self.head, "x-amz-target").rpartition(".")[2]


@dataclass(frozen=True)
class Response:
    """A response whose headers can be changed before it is sent."""

    status: int
    reason: str
    headers: dict[str, str]
    body: bytes

    @property
    def head(self) -> bytes:
        """Status line and headers, with the empty line that ends them."""
        lines = [f"HTTP/1.1 {self.status} {self.reason}", *(f"{name}: {value}" for name, value in self.headers.items())]
        return "\r\n".join(lines).encode() + _END_OF_HEAD

    def encode(self) -> bytes:
        """The bytes on the wire."""
        return self.head + self.body


def response(status: int, reason: str, body: bytes, content_type: str = "application/x-amz-json-1.0") -> Response:
    """A response with the headers that DynamoDB's own responses have."""
    headers = {
        "Server": "Server",
        "Content-Type": content_type,
        "Content-Length": str(len(body)),
        "x-amz-crc32": str(zlib.crc32(body)),
    }
    return Response(status, reason, headers, body)


def header(head: bytes, name: str) -> str:
    """The value of a header, or "" if it is absent."""
    for line in head.split(b"\r\n")[1:]:
        found, _, value = line.partition(b":")
        if found.strip().lower() == name.encode():
            return value.strip().decode()
    return ""


def receive_request(connection: socket.socket) -> Request | None:
    """The next request on a connection, or None if the client has closed it."""
    received = b""
    while _END_OF_HEAD not in received:
        part = connection.recv(_AT_ONCE)
        if not part:
            return None
        received += part
    head, end, body = received.partition(_END_OF_HEAD)
    length = int(header(head, "content-length"))
    while len(body) < length:
        part = connection.recv(_AT_ONCE)
        if not part:
            return None
        body += part
    return Request(head + end, body)


class EngineError(Exception):
    """The engine itself did not respond. The proxy did not inject this."""


def forward(request: Request, engine: tuple[str, int]) -> Response:
    """The engine's response to a request. Raises EngineError.

    DynamoDB Local states the CRC of successful responses. DynamoDB states it of errors too, so it is added to these.
    """
    try:
        with socket.create_connection(engine, timeout=30) as connection:
            connection.sendall(request.head + request.body)
            with HTTPResponse(connection, method="POST") as received:
                received.begin()
                body = received.read()
    except (OSError, HTTPException) as exc:
        raise EngineError from exc
    headers = dict(received.getheaders()) | {"x-amz-crc32": str(zlib.crc32(body))}
    return Response(received.status, received.reason, headers, body)


@dataclass
class Exchange:
    """One request of a client, and the ways to respond to it or to fail."""

    client: socket.socket
    request: Request
    engine: tuple[str, int]
    random: Random
    """For faults that have a choice: where to cut, which bit to flip."""
    pace: float = 1.0
    """Factor for how long a fault waits."""
    is_closed: bool = field(default=False, init=False)

    @cached_property
    def response(self) -> Response:
        """The engine's response. The engine carries the request out when this is first read."""
        return forward(self.request, self.engine)

    def send(self, data: bytes) -> None:
        """Send bytes to the client."""
        self.client.sendall(data)

    def close(self) -> None:
        """End the connection after what was sent."""
        self.is_closed = True
        with contextlib.suppress(OSError):
            self.client.shutdown(socket.SHUT_RDWR)
        self.client.close()

    def reset(self) -> None:
        """Reset the connection."""
        self.is_closed = True
        reset(self.client)

    def wait(self, seconds: float) -> bool:
        """Wait for `seconds` times `pace`. Returns True as soon as the client has closed the connection, else False."""
        deadline = time.monotonic() + seconds * self.pace
        while (left := deadline - time.monotonic()) > 0:
            readable, _, _ = select.select([self.client], [], [], left)
            if readable and not self.client.recv(1, socket.MSG_PEEK):
                return True
            if readable:
                raise AssertionError("a client sends its next request before it has the response to this one")
        return False


def reset(connection: socket.socket) -> None:
    """Close a connection with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
