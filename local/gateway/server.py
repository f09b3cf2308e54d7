"""The HTTP server below the gateway: one thread for each connection, and a shutdown that completes requests."""

from __future__ import annotations

import errno
import logging
import socket
import threading
import time
from collections.abc import Callable

from local.errors import UserError
from local.gateway.connection import IDLE_SECONDS, Connection
from local.gateway.request import Request
from local.gateway.response import Response
from local.gateway.shutdown import Shutdown

CONCURRENCY = 40
"""How many requests the functions serve at the same time: 32 and some more. Other requests wait."""

# How long the requests in flight have to complete after `stop`.
_SHUTDOWN_SECONDS = 10
_POLL_SECONDS = 0.02
_BACKLOG = 128
_USUAL_ALTERNATIVE = 8080

_log = logging.getLogger(__name__)


def listen(port: int) -> socket.socket:
    """Returns a socket that listens on that port of 127.0.0.1, or on a free one for 0.

    Raises UserError when the port is taken.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        # Another socket can be bound to the port until this one listens.
        listener.listen(_BACKLOG)
    except OSError as exc:
        listener.close()
        if exc.errno == errno.EADDRINUSE:
            other = _USUAL_ALTERNATIVE if port != _USUAL_ALTERNATIVE else port + 1
            raise UserError(
                f"port {port} is taken: choose another with `make run PORT={other}` or --port {other}"
            ) from exc
        raise UserError(f"cannot listen on port {port}: {exc.strerror}") from exc
    return listener


class Server:
    """An HTTP server on a socket that listens, run by the thread that calls `run`."""

    def __init__(
        self,
        respond: Callable[[Request], Response],
        listener: socket.socket,
        *,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        """`respond` returns the response to a request, raises nothing, and is called by many threads at once.

        `idle_seconds` is how long a client may send nothing.
        """
        listener.setblocking(False)
        self._listener = listener
        self._application = respond
        self._idle_seconds = idle_seconds
        self._turns = threading.Semaphore(CONCURRENCY)
        self._shutdown = Shutdown()
        self._threads: list[threading.Thread] = []
        self._deadline = 0.0

    def stop(self) -> None:
        """Make `run` complete the requests in flight and return. The second call makes it return without them.

        May be called from any thread and from a signal handler.
        """
        self._deadline = time.monotonic() + (0 if self._shutdown.requested else _SHUTDOWN_SECONDS)
        self._shutdown.request()

    def run(self) -> None:
        """Serve until `stop` is called."""
        while not self._shutdown.requested:
            if self._shutdown.wait_for(self._listener):
                self._accept()
        # Clients that have connected before the shutdown still get a response.
        self._accept()
        self._listener.close()
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < self._deadline:
            time.sleep(_POLL_SECONDS)
        self._shutdown.close()

    def _accept(self) -> None:
        """Start a thread for each client that has connected."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        for _ in range(_BACKLOG):
            try:
                client, _address = self._listener.accept()
            except BlockingIOError:
                return
            except OSError as exc:  # no file descriptor is free: the other clients wait until one is
                _log.warning("cannot accept a connection: %s", exc.strerror)
                time.sleep(_POLL_SECONDS)
                return
            connection = Connection(client, self._respond, self._shutdown, idle_seconds=self._idle_seconds)
            # A daemon thread, because a function that hangs must not keep the process alive.
            thread = threading.Thread(target=connection.serve, daemon=True)
            thread.start()
            self._threads.append(thread)

    def _respond(self, request: Request) -> Response:
        with self._turns:
            return self._application(request)
