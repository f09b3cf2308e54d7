"""The proxy injects each kind of fault as its name says, and forwards other responses unchanged."""

import gzip
import json
import socket
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.failures.faults import CLOSED_ON_ACCEPT, KINDS, RESET_UNREAD
from tests.failures.proxy import ALL_KINDS, Proxy
from tests.failures.scripted import Server, plain
from tests.failures.wire import header

pytestmark = pytest.mark.slow

BODY = json.dumps({"Items": [{"row": {"S": "é" * 40}}]}, ensure_ascii=False).encode()
CLOSED, RESET, OPEN = "closed", "reset", "open"


@dataclass(frozen=True)
class Received:
    """What a client received of one response."""

    data: bytes
    end: str
    carried_out: int
    """How often the engine carried out the request."""

    @property
    def status(self) -> str:
        return self.data[len("HTTP/1.1 ") :][:3].decode()

    @property
    def head(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[2]

    @property
    def length(self) -> str:
        return header(self.head, "content-length")

    @property
    def crc_is_right(self) -> bool:
        return header(self.head, "x-amz-crc32") == str(zlib.crc32(self.body))


@pytest.fixture
def server() -> Iterator[Server]:
    with Server([plain(BODY)] * 1000) as server:
        yield server


def request_bytes(operation: str) -> bytes:
    return f"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: V.{operation}\r\nContent-Length: 2\r\n\r\n{{}}".encode()


def read(connection: socket.socket, patience: float = 10, quiet: float = 0.05) -> tuple[bytes, str]:
    """The received bytes, and the state of the connection.

    `patience`: seconds to wait for the first byte; `quiet`: seconds without data after which the response has ended.
    """
    received = b""
    while True:
        connection.settimeout(quiet if received else patience)
        try:
            part = connection.recv(1 << 16)
        except TimeoutError:
            return received, OPEN
        except ConnectionResetError:
            return received, RESET
        if not part:
            return received, CLOSED
        received += part


def connect(proxy: Proxy) -> socket.socket:
    host, port = proxy.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)))


def exchange(server: Server, kind: str, operation: str = "Query", *, pace: float = 1.0, **times: float) -> Received:
    """Send one request through a proxy that injects this kind of fault into every request."""
    with Proxy(server.url, "seed", rate=1.0, kinds=[kind], pace=pace) as proxy, connect(proxy) as connection:
        try:
            connection.sendall(request_bytes(operation))
        except ConnectionError:
            data, end = b"", RESET
        else:
            data, end = read(connection, **times)
        connection.close()
    assert proxy.failures == []
    assert proxy.injected == {kind: 1}
    return Received(data, end, len(server.requests))


def nothing(end: str, carried_out: int) -> Callable[[Received], bool]:
    return lambda received: received == Received(b"", end, carried_out)


def cut_to(length: int) -> Callable[[Received], bool]:
    return lambda received: (
        (received.body, received.end, received.length, received.carried_out)
        == (BODY[:length], CLOSED, str(len(BODY)), 1)
    )  # fmt: skip


def error(status: str, text: str, carried_out: int = 0) -> Callable[[Received], bool]:
    return lambda received: (
        (received.status, received.end, received.crc_is_right, received.carried_out)
        == (status, OPEN, True, carried_out)
        and received.length == str(len(received.body))
        and text in received.body.decode()
    )


def is_flipped(received: Received) -> bool:
    differing = [one ^ other for one, other in zip(received.body, BODY, strict=True)]
    return sum(bits.bit_count() for bits in differing) == 1 and not received.crc_is_right and received.end == OPEN


def dechunk(received: Received) -> tuple[bytes, bytes]:
    """The chunks of a body, and what follows the last that is not empty."""
    chunks, rest = b"", received.body
    while rest and not rest.startswith(b"0\r\n"):
        size, _, rest = rest.partition(b"\r\n")
        chunks, rest = chunks + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
    return chunks, rest


EXPECTED: dict[str, Callable[[Received], bool]] = {
    CLOSED_ON_ACCEPT: nothing(RESET, 0),
    RESET_UNREAD: nothing(RESET, 0),
    "reset after request": nothing(RESET, 0),
    "response lost": nothing(RESET, 1),
    "closed after status line": lambda received: (
        received == Received(b"HTTP/1.1 200 Said\r\n", CLOSED, 1)
    ),
    "closed in headers": lambda received: (
        received.data.startswith(b"HTTP/1.1 200 Said\r\nC") and (received.body, received.end) == (b"", CLOSED)
    ),
    "body cut at its start": cut_to(0),
    "body cut in the middle": cut_to(len(BODY) // 2),
    "body one byte short": cut_to(len(BODY) - 1),
    "bit flipped": is_flipped,
    "not JSON": error("200", "<html>"),
    "no items": error("200", "{}"),
    "500": error("500", "#InternalServerError"),
    "500 afterwards": error("500", "#InternalServerError", carried_out=1),
    "503": error("503", "<html>"),
    "throughput exceeded": error("400", "#ProvisionedThroughputExceededException"),
    "throttled": error("400", "#ThrottlingException"),
    "surplus response": lambda received: (
        received.body.startswith(BODY + b"HTTP/1.1 200 OK\r\n")
        and received.body.count(b"HTTP/1.1") == 1
        and received.body.endswith(b"\r\n\r\n{}")
    ),
    "surplus responses": lambda received: (
        received.body.startswith(BODY + b"HTTP/1.1 200 OK\r\n")
        and received.data[8192:].startswith(b"HTTP/1.1 200 OK\r\n")
        and received.body.endswith(b"\r\n\r\n{}")
    ),
    "sent twice": lambda received: received.data == 2 * received.data[: len(received.data) // 2],
    "closed when idle": lambda received: (
        (received.body, received.length, received.end) == (BODY, str(len(BODY)), CLOSED)
    ),
    "chunked": lambda received: (
        dechunk(received) == (BODY, b"0\r\n\r\n") and received.end == OPEN and not received.length
    ),
    "chunked and cut": lambda received: dechunk(received) == (BODY, b"") and received.end == CLOSED,
    "gzipped": lambda received: (
        gzip.decompress(received.body) == BODY and received.crc_is_right and received.length == str(len(received.body))
    ),
    "no length": lambda received: (received.body, received.length, received.end) == (BODY, "", CLOSED),
    "no length and cut": lambda received: (
        BODY.startswith(received.body)
        and (len(received.body) < len(BODY), received.length, received.end) == (True, "", CLOSED)
    ),
}  # fmt: skip
"""Kind -> check of what the client received, for the kinds that do not wait."""


@pytest.mark.parametrize("kind", EXPECTED)
def test_a_fault_does_what_its_name_says(server: Server, kind: str) -> None:
    received = exchange(server, kind)
    assert EXPECTED[kind](received), received


def test_every_kind_of_fault_is_tested() -> None:
    assert {*EXPECTED, "silence", "carried out late", "drip", "late response"} == set(ALL_KINDS)
    assert len(ALL_KINDS) >= 16


def test_silence_lasts_for_as_long_as_the_client_waits(server: Server) -> None:
    assert exchange(server, "silence", patience=0.5) == Received(b"", OPEN, 0)


def test_a_request_that_is_carried_out_late_reaches_the_engine_after_the_client_has_gone(server: Server) -> None:
    before: list[int] = []
    timer = threading.Timer(0.2, lambda: before.append(len(server.requests)))
    timer.start()
    received = exchange(server, "carried out late", "TransactWriteItems", patience=0.5)
    timer.join()
    assert (before, received) == ([0], Received(b"", OPEN, 1))


def test_a_drip_is_a_byte_every_100_milliseconds(server: Server) -> None:
    started = time.monotonic()
    received = exchange(server, "drip", pace=0.05, quiet=1)
    assert received.body == BODY
    assert time.monotonic() - started >= 0.1 * 0.05 * len(received.data)


def test_a_late_response_comes_over_the_same_connection(server: Server) -> None:
    started = time.monotonic()
    received = exchange(server, "late response", pace=0.2)
    assert (received.body, received.end) == (BODY, OPEN)
    assert time.monotonic() - started >= 1.5 * 0.2


@pytest.mark.parametrize("kind", [kind for kind, fault in KINDS.items() if fault.applies_to("TransactWriteItems")])
def test_a_write_is_never_reported_done_unless_it_was(server: Server, kind: str) -> None:
    received = exchange(server, kind, "TransactWriteItems", pace=0.001)
    if received.data.startswith(b"HTTP/1.1 200") and b"<html>" not in received.data:
        assert received.carried_out == 1


def test_without_a_fault_a_response_is_the_engines_with_its_crc(server: Server) -> None:
    with Proxy(server.url, "seed") as proxy, connect(proxy) as connection:
        for _ in range(3):
            connection.sendall(request_bytes("GetItem"))
            received = Received(*read(connection), carried_out=0)
            assert (received.status, received.body, received.end) == ("200", BODY, OPEN)
            assert received.crc_is_right
    assert (proxy.injected, proxy.failures) == ({}, [])
    assert [request.headers["x-amz-target"] for request in server.requests] == ["V.GetItem"] * 3


def statuses(server: Server, seed: str, rate: float, count: int = 200) -> tuple[list[str], Counter[str]]:
    """The statuses of so many requests over one connection, and the faults that were injected."""
    found = []
    kinds = ["500", "throttled", "no items"]
    with Proxy(server.url, seed, rate=rate, kinds=kinds) as proxy, connect(proxy) as connection:
        for _ in range(count):
            connection.sendall(request_bytes("GetItem"))
            found.append(connection.recv(1 << 16)[len("HTTP/1.1 ") :][:3].decode())
    return found, proxy.injected


def test_the_rate_is_the_share_of_requests_with_a_fault(server: Server) -> None:
    found, injected = statuses(server, "seed", 0.2)
    assert 20 < sum(injected.values()) < 60
    assert Counter(found) == {"200": 200 - injected.total(), "500": injected["500"], "400": injected["throttled"]}


def test_a_seed_chooses_the_same_faults_again_and_another_seed_chooses_others(server: Server) -> None:
    first, again, other = (statuses(server, seed, 0.5)[0] for seed in ("one", "one", "two"))
    assert first == again
    assert first != other


def test_a_fault_is_injected_only_into_the_operations_that_it_applies_to(server: Server) -> None:
    _, injected = statuses(server, "seed", 1.0)  # of GetItem
    assert injected.keys() == {"500", "throttled"}


def test_an_engine_that_does_not_respond_is_reported_and_is_no_fault() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with Proxy(url, "seed") as proxy, connect(proxy) as connection:
            connection.sendall(request_bytes("Query"))
            assert read(connection)[0] == b""
    assert len(proxy.failures) == 1
