"""An HTTP server whose responses are scripted, valid or not."""

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import parse_headers
from typing import Any


@dataclass
class Request:
    """A received request. `connection`: the number of its connection, from 0."""

    connection: int
    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_by_botocore(self) -> bool:
        """Whether botocore sent it: botocore adds this header."""
        return "amz-sdk-invocation-id" in self.headers


Action = Callable[[socket.socket, Request], None]
"""Responds to a request on its connection, or does something else to the connection."""


def plain(body: bytes, status: int = 200) -> Action:
    """A response with this body, in the form of DynamoDB's responses."""
    head = f"HTTP/1.1 {status} Said\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {len(body)}\r\n\r\n"
    return lambda connection, _: connection.sendall(head.encode() + body)


def ok(response: Any) -> Action:
    """A successful response."""
    return plain(json.dumps(response).encode())


def error_body(error: str, message: str) -> bytes:
    """The body of an error response of DynamoDB."""
    return json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{error}", "message": message}).encode()


def error_response(error: str, status: int = 400) -> Action:
    """An error response of DynamoDB."""
    return plain(error_body(error, "what"), status)


def raw(message: bytes) -> Action:
    """Send these bytes, and then end the connection."""

    def send(connection: socket.socket, _: Request) -> None:
        connection.sendall(message)
        connection.shutdown(socket.SHUT_WR)

    return send


def reset(connection: socket.socket, _: Request) -> None:
    """Send no response, and reset the connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise ConnectionResetError


def silence(connection: socket.socket, request: Request) -> None:
    """Send no response, and keep the connection open."""


@dataclass
class Server:
    """Performs the next action of `script` for each request. `requests`: the received requests."""

    script: list[Action] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    tls: ssl.SSLContext | None = None

    def __enter__(self) -> "Server":
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in [self._listening, *self._open]:
            one.close()

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self._listening.getsockname()[1]}"

    def _accept(self) -> None:
        for number in range(1000):
            try:
                connection, _ = self._listening.accept()
            except OSError:  # closed: the test is over
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            with connection, connection.makefile("rb") as received:
                while line := received.readline():
                    headers = {name.lower(): value for name, value in parse_headers(received).items()}
                    body = received.read(int(headers["content-length"]))
                    request = Request(number, line.decode().strip(), headers, body)
                    self.requests.append(request)
                    self.script.pop(0)(connection, request)
        except OSError:  # the client or the script has closed the connection
            return
