"""The HTTP server of the gateway: one thread per connection, and a shutdown that completes the requests in flight."""

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
"""How many requests the functions handle at the same time. Further requests wait. At least 32 are required."""

# Seconds that the requests in flight have to complete after `stop`.
_SHUTDOWN_SECONDS = 10
_POLL_SECONDS = 0.02
_BACKLOG = 128
_USUAL_ALTERNATIVE = 8080

_log = logging.getLogger(__name__)


def listen(port: int) -> socket.socket:
    """Returns a socket that listens on that port of 127.0.0.1. The port 0 selects a free port.

    Raises UserError when the port is taken.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        # `bind` alone does not find out that the port is taken.
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
    """An HTTP server on a listening socket. The thread that calls `run` accepts the connections."""

    def __init__(
        self,
        respond: Callable[[Request], Response],
        listener: socket.socket,
        *,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        """`respond` returns the response to a request. It must not raise. Several threads call it at the same time.

        `idle_seconds`: seconds that a client may send nothing.
        """
        listener.setblocking(False)
        self._listener = listener
        self._application = respond
        self._idle_seconds = idle_seconds
        self._slots = threading.Semaphore(CONCURRENCY)
        self._shutdown = Shutdown()
        self._threads: list[threading.Thread] = []
        self._deadline = 0.0

    def stop(self) -> None:
        """Make `run` complete the requests in flight and return. A second call makes it return at once.

        May be called from any thread and from a signal handler.
        """
        self._deadline = time.monotonic() + (0 if self._shutdown.requested else _SHUTDOWN_SECONDS)
        self._shutdown.request()

    def run(self) -> None:
        """Serve until `stop` is called."""
        while not self._shutdown.requested:
            if self._shutdown.wait_for(self._listener):
                self._accept()
        # Clients that connected before the shutdown still get a response.
        self._accept()
        self._listener.close()
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < self._deadline:
            time.sleep(_POLL_SECONDS)
        self._shutdown.close()

    def _accept(self) -> None:
        """Start a thread for each new connection."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        for _ in range(_BACKLOG):
            try:
                client, _address = self._listener.accept()
            except BlockingIOError:
                return
            except OSError as exc:  # no free file descriptor: the other clients wait
                _log.warning("cannot accept a connection: %s", exc.strerror)
                time.sleep(_POLL_SECONDS)
                return
            connection = Connection(client, self._respond, self._shutdown, idle_seconds=self._idle_seconds)
            # A daemon thread, because a function that hangs must not keep the process alive.
            thread = threading.Thread(target=connection.serve, daemon=True)
            thread.start()
            self._threads.append(thread)

    def _respond(self, request: Request) -> Response:
        with self._slots:
            return self._application(request)
