"""A proxy in front of DynamoDB Local that injects faults, chosen by a seeded random generator."""

import contextlib
import socket
import threading
from collections import Counter
from collections.abc import Collection
from random import Random
from urllib.parse import urlsplit

from tests.failures.faults import CLOSED_ON_ACCEPT, KINDS, RESET_UNREAD, Inapplicable
from tests.failures.wire import Exchange, Request, receive_request, reset

ALL_KINDS = (CLOSED_ON_ACCEPT, RESET_UNREAD, *KINDS)


class Proxy:
    """Listens on a port of 127.0.0.1. Use it as a context manager.

    `rate` is the share of requests with a fault, from 0 to 1. It may be changed at any time. `injected` counts the
    faults by kind. The same seed chooses the same faults for the same requests in the same order.
    """

    def __init__(
        self,
        endpoint: str,
        seed: str,
        *,
        rate: float = 0.0,
        kinds: Collection[str] = ALL_KINDS,
        slow_share: float = 1.0,
        pace: float = 1.0,
    ) -> None:
        """`slow_share`: how often a slow kind is chosen, relative to a fast one. `pace`: a factor for the waits."""
        url = urlsplit(endpoint)
        self._engine = (str(url.hostname), int(url.port or 80))
        self._random = Random(seed)
        self._kinds = list(kinds)
        self._slow_share = slow_share
        self._pace = pace
        self._lock = threading.Lock()
        self._is_closing = False
        self._connections: dict[socket.socket, threading.Thread] = {}
        self.rate = rate
        self.injected: Counter[str] = Counter()
        self.failures: list[BaseException] = []
        """Errors of the proxy itself and of the engine."""

    def __enter__(self) -> "Proxy":
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close all connections, and wait until the engine has carried out the requests in flight."""
        self._is_closing = True
        socket.create_connection(self._listener.getsockname()).close()  # wakes the thread that accepts
        self._accepting.join()
        self._listener.close()
        with self._lock:
            left = dict(self._connections)
        for connection in left:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in left.values():
            thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._is_closing:
                connection.close()
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            with self._lock:
                self._connections[connection] = thread
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                self._serve_requests(connection)
        except OSError:  # the client closed the connection
            pass
        except Exception as exc:  # noqa: BLE001 - the users of the proxy check `failures`
            self.failures.append(exc)
        finally:
            with self._lock:
                del self._connections[connection]

    def _serve_requests(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        fault = self._choose_fault()
        if fault == CLOSED_ON_ACCEPT:
            self.injected[fault] += 1
            reset(connection)
            return
        while connection.recv(1, socket.MSG_PEEK):
            if fault == RESET_UNREAD:
                self.injected[fault] += 1
                reset(connection)
                return
            request = receive_request(connection)
            if request is None or not self._exchange(connection, request, fault):
                return
            fault = self._choose_fault(without=(CLOSED_ON_ACCEPT,))

    def _exchange(self, connection: socket.socket, request: Request, fault: str | None) -> bool:
        """Inject the fault, or forward the engine's response. Returns whether the connection is still open."""
        exchange = Exchange(connection, request, self._engine, self._random, self._pace)
        if fault is not None:
            # If this fault does not apply to the operation, choose another one.
            kinds = [kind for kind in self._kinds if kind in KINDS and KINDS[kind].applies_to(request.operation)]
            fault = fault if fault in kinds else self._choose_kind(kinds)
        if fault is not None:
            self.injected[fault] += 1
            try:
                KINDS[fault].act(exchange)
            except Inapplicable:
                self.injected[fault] -= 1
            else:
                return not exchange.is_closed
        exchange.send(exchange.response.encode())
        return True

    def _choose_fault(self, without: Collection[str] = ()) -> str | None:
        """The fault for the next request, or None."""
        with self._lock:
            is_faulty = self._random.random() < self.rate
        return self._choose_kind([kind for kind in self._kinds if kind not in without]) if is_faulty else None

    def _choose_kind(self, kinds: list[str]) -> str | None:
        with self._lock:
            return self._random.choices(kinds, [self._weight(kind) for kind in kinds])[0] if kinds else None

    def _weight(self, kind: str) -> float:
        if kind not in KINDS:
            return 1.0
        # A kind that applies to one operation only would otherwise be rare.
        return (self._slow_share if KINDS[kind].is_slow else 1.0) * (1.0 if KINDS[kind].operations is None else 4.0)
