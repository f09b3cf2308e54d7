"""HTTP/1.1 on one connection, served by one thread. h11 parses the requests. This module responds to invalid ones."""

from __future__ import annotations

import contextlib
import logging
import socket
import time
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from uuid import uuid4

import h11

from local.gateway.request import MAX_BODY, Request
from local.gateway.response import Response
from local.gateway.shutdown import Shutdown

MAX_HEAD = 64 * 1024
"""Bytes of a request line and headers. The gateway has a lower limit, but checks it after the route and the token."""

IDLE_SECONDS = 60
"""Seconds that a client may send nothing, between two requests or within one."""

# Seconds that a client may continue to send after the last response.
_LINGER_SECONDS = 2
_RECEIVE_BYTES = 64 * 1024

_log = logging.getLogger(__name__)


class Connection:
    """A connection to one client."""

    def __init__(
        self,
        client: socket.socket,
        respond: Callable[[Request], Response],
        shutdown: Shutdown,
        *,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        """`respond` returns the response to a request. It must not raise."""
        client.settimeout(idle_seconds)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
        self._client = client
        self._respond = respond
        self._shutdown = shutdown
        self._idle_seconds = idle_seconds
        self._protocol = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)

    def serve(self) -> None:
        """Respond to the requests in turn, until the client or a shutdown ends the connection."""
        # An OSError means that the client has disconnected.
        with self._client, contextlib.suppress(OSError):
            while self._serve_request():
                if not self._protocol.our_state is self._protocol.their_state is h11.DONE:
                    self._linger()
                    return
                self._protocol.start_next_cycle()

    def _serve_request(self) -> bool:
        """Respond to the next request. Returns False when the connection has ended without one."""
        request_id = str(uuid4())
        head = None
        try:
            event = self._next_event()
            if not isinstance(event, h11.Request):
                return False
            head = event
            request = self._receive(head, request_id)
        except h11.RemoteProtocolError as exc:
            response = self._refuse(HTTPStatus(exc.error_status_hint))
        except TimeoutError:
            response = self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            response = self._respond(request)
        self._send(response, request_id, with_body=head is None or head.method != b"HEAD")
        return True

    def _refuse(self, status: HTTPStatus) -> Response:
        _log.info("(no request) %d", status)
        return Response.error(status)

    def _receive(self, head: h11.Request, request_id: str) -> Request:
        """Receive the body and return the request. Stops to receive when the body exceeds MAX_BODY."""
        if not head.http_version.startswith(b"1."):
            raise h11.RemoteProtocolError("unknown version", error_status_hint=HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
        if head.method == b"CONNECT":
            raise h11.RemoteProtocolError("not a proxy", error_status_hint=HTTPStatus.NOT_IMPLEMENTED)
        body = bytearray()
        while len(body) <= MAX_BODY and isinstance(event := self._next_event(), h11.Data):
            body += event.data
        headers: dict[str, str] = {}
        for name, value in ((name.decode(), value.decode("latin-1")) for name, value in head.headers):
            headers[name] = f"{headers[name]},{value}" if name in headers else value
        return Request(
            method=head.method.decode(),
            target=head.target.decode(),
            protocol=f"HTTP/{head.http_version.decode()}",
            headers=headers,
            body=bytes(body),
            source_ip=self._client.getpeername()[0],
            port=self._client.getsockname()[1],
            id=request_id,
        )

    def _next_event(self) -> object:
        """Returns h11's next event. Raises RemoteProtocolError for invalid HTTP, TimeoutError within a request."""
        while (event := self._protocol.next_event()) is h11.NEED_DATA:
            if self._protocol.they_are_waiting_for_100_continue:
                self._client.sendall(self._protocol.send(h11.InformationalResponse(status_code=100, headers=[])))
            between_requests = self._protocol.their_state is h11.IDLE and not self._protocol.trailing_data[0]
            if between_requests and not self._shutdown.wait_for(self._client, self._idle_seconds):
                return h11.ConnectionClosed()
            self._protocol.receive_data(self._client.recv(_RECEIVE_BYTES))
        return event

    def _send(self, response: Response, request_id: str, *, with_body: bool) -> None:
        headers = [*response.headers, ("apigw-requestid", request_id), ("date", formatdate(usegmt=True))]
        if response.status != HTTPStatus.NO_CONTENT:
            headers.append(("content-length", str(len(response.body))))
        if self._protocol.their_state is not h11.DONE or self._shutdown.requested:
            headers.append(("connection", "close"))
        head = h11.Response(
            status_code=response.status,
            headers=[(name.encode(), value.encode()) for name, value in headers],
            reason=_reason(response.status),
        )
        message = self._protocol.send(head)
        if with_body:
            message += self._protocol.send(h11.Data(response.body))
        message += self._protocol.send(h11.EndOfMessage())
        self._client.sendall(message)

    def _linger(self) -> None:
        """Discard what the client still sends. Closing a socket with unread input would reset the connection, and the
        client could lose the response.
        """
        self._client.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + _LINGER_SECONDS
        while self._shutdown.wait_for(self._client, max(0, deadline - time.monotonic())):
            if not self._client.recv(_RECEIVE_BYTES):
                return


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
