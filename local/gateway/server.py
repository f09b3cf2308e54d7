"""The HTTP server under the gateway: a thread for each connection, and an end that completes what has come in."""

from __future__ import annotations

import errno
import logging
import socket
import threading
import time
from collections.abc import Callable

from local.errors import UserError
from local.gateway.connection import Connection, Shutdown
from local.gateway.event import Request
from local.gateway.response import Response

CONCURRENCY = 40
"""How many requests are in the functions at once: thirty-two, and some more. Others wait for their turn."""

# Seconds that the requests in flight have to complete after `stop`.
_LAST_RESPONSES = 10
_POLL = 0.02
_BACKLOG = 128

_log = logging.getLogger("local.server")


def bound(port: int) -> socket.socket:
    """A socket on that port of 127.0.0.1, or on a free one for 0. Raises UserError when the port is taken."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        # Two sockets may be bound to a port as long as neither listens.
        listener.listen(_BACKLOG)
    except OSError as exc:
        listener.close()
        if exc.errno == errno.EADDRINUSE:
            raise UserError(f"port {port} is taken: choose another with --port, or 0 for any") from exc
        raise UserError(f"cannot listen on port {port}: {exc.strerror}") from exc
    return listener


class Server:
    """An HTTP server on a bound socket, run by the thread that calls `run`."""

    def __init__(self, respond: Callable[[Request], Response], listener: socket.socket) -> None:
        """`respond` returns the response to a request, raises nothing, and is called by many threads at once."""
        listener.setblocking(False)
        self._listener = listener
        self._application = respond
        self._turns = threading.Semaphore(CONCURRENCY)
        self._shutdown = Shutdown()
        self._threads: list[threading.Thread] = []
        self._deadline = 0.0

    def stop(self) -> None:
        """Make `run` complete the requests in flight and return. May be called from anywhere, also a signal handler.

        The second time it does not wait for them.
        """
        self._deadline = time.monotonic() + (0 if self._shutdown.requested else _LAST_RESPONSES)
        self._shutdown.request()

    def run(self) -> None:
        """Serve until `stop` is called."""
        while not self._shutdown.requested:
            if self._shutdown.wait_for(self._listener):
                self._accept()
        # Whoever is connected by now is still heard; nobody else is.
        self._accept()
        self._listener.close()
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < self._deadline:
            time.sleep(_POLL)
        self._shutdown.close()

    def _accept(self) -> None:
        """Start a thread for each client that has connected by now."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        for _ in range(_BACKLOG):
            try:
                client, _address = self._listener.accept()
            except BlockingIOError:
                return
            except OSError as exc:  # no file descriptor is free: those who wait are accepted when others have left
                _log.warning("cannot accept a connection: %s", exc.strerror)
                time.sleep(_POLL)
                return
            # A daemon: a function that hangs must not keep the process.
            thread = threading.Thread(target=Connection(client, self._respond, self._shutdown).serve, daemon=True)
            thread.start()
            self._threads.append(thread)

    def _respond(self, request: Request) -> Response:
        with self._turns:
            return self._application(request)
