"""The HTTP server under the gateway: waitress, with an end that answers what has come in."""

from __future__ import annotations

import errno
import socket
import time
from typing import TYPE_CHECKING

# waitress carries no types.
from waitress import wasyncore  # type: ignore[import-untyped]
from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.parser import HTTPRequestParser  # type: ignore[import-untyped]
from waitress.server import create_server  # type: ignore[import-untyped]

from local.errors import UserError
from local.gateway import MAX_BODY

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# Thirty-two requests at once, and some more for those that only wait for their turn.
THREADS = 40
# Seconds that the requests in flight get to be answered.
_LAST_ANSWERS = 10


class _Headers(dict[str, str]):
    """A header that is sent twice is joined by waitress with `, `, and by API Gateway with `,` alone."""

    def __setitem__(self, name: str, value: str) -> None:
        before = self.get(name)
        if before is not None and value.startswith(f"{before}, "):
            value = f"{before},{value[len(before) + 2 :]}"
        super().__setitem__(name, value)


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    def __init__(self, adj: object) -> None:
        super().__init__(adj)
        self.headers = _Headers()


class _Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = _Parser


def bound(port: int) -> socket.socket:
    """A socket on that port of 127.0.0.1, or on a free one for 0. Raises UserError when the port is taken."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        # Two sockets may be bound to a port as long as neither listens.
        listener.listen()
    except OSError as exc:
        listener.close()
        if exc.errno == errno.EADDRINUSE:
            raise UserError(f"port {port} is taken: choose another with --port, or 0 for any") from exc
        raise UserError(f"cannot listen on port {port}: {exc.strerror}") from exc
    return listener


class Server:
    """An HTTP server on a bound socket, run by the thread that calls `run`."""

    def __init__(self, application: WSGIApplication, listener: socket.socket) -> None:
        self._map: dict[int, wasyncore.dispatcher] = {}
        self._waitress = create_server(
            application,
            map=self._map,
            sockets=[listener],
            threads=THREADS,
            ident=None,
            # Beyond the gateway's own limit, whose answer is in its own words, up to here.
            max_request_body_size=8 * MAX_BODY,
            # The limit is for those who do not know their clients.
            connection_limit=1000,
            asyncore_use_poll=True,
        )
        self._waitress.channel_class = _Channel
        self._stopping = False
        self._deadline = 0.0

    def stop(self) -> None:
        """Make `run` answer the requests in flight and return. May be called from anywhere, a signal handler too.

        The second time it does not wait for them.
        """
        self._deadline = time.monotonic() + (0 if self._stopping else _LAST_ANSWERS)
        self._stopping = True
        self._waitress.pull_trigger()

    def run(self) -> None:
        """Serve until `stop` is called."""
        while not self._stopping:
            wasyncore.loop(timeout=1, use_poll=True, map=self._map, count=1)
        # Whoever is connected by now is still heard; nobody else is.
        wasyncore.loop(timeout=0, use_poll=True, map=self._map, count=1)
        self._waitress.accepting = False
        self._waitress.del_channel()
        self._waitress.socket.close()
        while self._in_flight() and time.monotonic() < self._deadline:
            wasyncore.loop(timeout=0.05, use_poll=True, map=self._map, count=1)
        for channel in list(self._waitress.active_channels.values()):
            channel.handle_close()

    def _in_flight(self) -> bool:
        """Whether a request is being received, answered or sent its answer."""
        return any(
            channel.request is not None or channel.requests or channel.total_outbufs_len
            for channel in self._waitress.active_channels.values()
        )
