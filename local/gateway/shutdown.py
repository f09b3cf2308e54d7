"""The shutdown of a server: wakes up all of its threads."""

from __future__ import annotations

import select
import socket


class Shutdown:
    """Tells every thread of a server to stop, including the threads that wait for a client."""

    def __init__(self) -> None:
        self.requested = False
        # When one end is closed, the other end becomes readable, which ends every `poll` on it.
        self._readable_at_shutdown, self._open_until_shutdown = socket.socketpair()

    def request(self) -> None:
        """Wake up all threads. May be called from any thread, from a signal handler, and more than once."""
        self.requested = True
        self._open_until_shutdown.close()

    def wait_for(self, client: socket.socket, seconds: float | None = None) -> bool:
        """Wait until `client` is readable, a shutdown is requested, or `seconds` have passed.

        Returns whether `client` is readable.
        """
        waiting = select.poll()
        waiting.register(client, select.POLLIN)
        if self.requested:
            seconds = 0
        else:
            waiting.register(self._readable_at_shutdown, select.POLLIN)
        ready = waiting.poll(None if seconds is None else seconds * 1000)
        return client.fileno() in [descriptor for descriptor, _ in ready]

    def close(self) -> None:
        """Close the sockets. Call it after the shutdown, when no thread waits any more."""
        self._readable_at_shutdown.close()
