"""Requests to DynamoDB's endpoint over kept connections.

A connection is used again only when its last response was complete and nothing is left to read on it, so that no
response is taken for another's.
"""

from collections import deque
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from dossiers.domain.deadline import Deadline
from dossiers.domain.errors import Cause
from dossiers.storage import certificates
from dossiers.storage.exchange import BrokenExchange, ClosedWhileIdle, Connection, Response

CONNECT_SECONDS = 1
"""DynamoDB is in the same region as the functions: a connection opens within milliseconds or not at all."""
EXCHANGE_SECONDS = 3
"""DynamoDB answers within milliseconds; a page of 1 MB and a transaction of 100 items take some tens of them."""
MAX_IDLE = 64
"""Connections that one process keeps: for 32 requests at once on the local stack, and what they read ahead."""

Receive = Callable[[], Response]
"""Waits for the response to a request that was sent. Called once."""


class Transport:
    """Sends requests to one endpoint. Safe to use from several threads."""

    def __init__(self, endpoint: str, ca_bundle: str | None = None) -> None:
        """`endpoint`: a URL such as `https://dynamodb.eu-west-1.amazonaws.com`; what follows the host is not looked at.
        `ca_bundle`: a file with the certificates that https trusts; certificates.py says which, if none is given.
        """
        url = urlsplit(endpoint)
        self._host, self._port = url.hostname or "", url.port
        self._context = certificates.context(self._host, ca_bundle) if url.scheme == "https" else None
        self._idle: deque[Connection] = deque()

    def post(self, target: str, headers: Mapping[str, Any], body: bytes, deadline: Deadline) -> Response:
        """The response to a POST of `body` to `target` (path and query), within EXCHANGE_SECONDS and the deadline.

        Raises BrokenExchange.
        """
        return self.send(target, headers, body, deadline)()

    def send(self, target: str, headers: Mapping[str, Any], body: bytes, deadline: Deadline) -> Receive:
        """Send the request of a `post`, and return the function that waits for its response.

        A thread can send several requests before it waits for the first response. Each has a connection of its own. The
        request is sent a second time, over a new connection, when the server closed a kept one at the moment at which
        it was used again. Both functions raise BrokenExchange.
        """

        def send(connection: Connection) -> Connection:
            connection.send(target, headers, body, deadline.within(EXCHANGE_SECONDS))
            return connection

        connection = send(self._take_idle() or self._open(deadline))

        def receive() -> Response:
            try:
                return self._receive(connection)
            except ClosedWhileIdle:
                return self._receive(send(self._open(deadline)))

        return receive

    def close(self) -> None:
        """Close the idle connections; the next request opens a new one."""
        while (connection := self._pop()) is not None:
            connection.shut()

    def _take_idle(self) -> Connection | None:
        while (connection := self._pop()) is not None:
            if connection.is_quiet():
                return connection
            connection.shut()
        return None

    def _pop(self) -> Connection | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _open(self, deadline: Deadline) -> Connection:
        timeout = deadline.within(CONNECT_SECONDS).remaining
        http = (
            HTTPConnection(self._host, self._port, timeout=timeout)
            if self._context is None
            else HTTPSConnection(self._host, self._port, timeout=timeout, context=self._context)
        )
        try:
            if timeout <= 0:
                raise TimeoutError
            http.connect()
        except OSError as exc:
            http.close()
            raise BrokenExchange(Cause.UNREACHABLE) from exc
        return Connection(http)

    def _receive(self, connection: Connection) -> Response:
        try:
            response, is_reusable = connection.receive()
        except BaseException:
            connection.shut()
            raise
        if is_reusable and len(self._idle) < MAX_IDLE:
            self._idle.append(connection)
        else:
            connection.shut()
        return response
