"""A response is returned complete and unchanged, or an error is raised."""

import itertools
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.domain.deadline import Deadline
from dossiers.domain.errors import Cause
from dossiers.storage.exchange import BrokenExchange, ClosedWhileIdle, Connection, Response

HEADERS = {"host": "x", "x-amz-target": "DynamoDB_20120810.GetItem"}
PLAIN = b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 5\r\nConnection: keep-alive\r\nx-crc: 1\r\n\r\n"
LAST_BYTE = len(PLAIN) + 4


class Peer:
    """A connection and its other end, which sends the given parts as responses."""

    def __init__(self) -> None:
        ours, self.theirs = socket.socketpair()
        http = HTTPConnection("x")
        http.sock = ours
        self.connection = Connection(http)
        self.sent = self.sent_meanwhile = 0
        """The number of parts sent: in all, and up to the end of the last exchange."""

    def exchange(
        self, parts: list[bytes], *, ends: bool = False, seconds: float = 5, pause: float = 0
    ) -> tuple[Response, bool]:
        """Exchange a request for a response in these parts. `ends`: the connection ends after the last part."""

        def respond() -> None:
            received = b""
            while not received.endswith(b"\r\n\r\n{}"):
                received += self.theirs.recv(1000)
            for part in parts:
                self.theirs.sendall(part)
                self.sent += 1
                time.sleep(pause)
            if ends:
                self.theirs.shutdown(socket.SHUT_WR)

        responding = threading.Thread(target=respond)
        responding.start()
        try:
            self.connection.send("/", HEADERS, b"{}", Deadline.after(seconds))
            return self.connection.receive()
        finally:
            self.sent_meanwhile = self.sent
            responding.join()

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.shut()
        self.theirs.close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


def split(message: bytes, places: list[int]) -> Iterator[bytes]:
    at = sorted({0, len(message), *(place % len(message) for place in places)})
    return (message[start:end] for start, end in itertools.pairwise(at))


@given(st.binary(max_size=200), st.sampled_from([200, 400, 503]), st.lists(st.integers(0), max_size=6), st.booleans())
def test_a_response_is_read_however_it_is_cut(body: bytes, status: int, places: list[int], has_checksum: bool) -> None:
    checksum = b"x-amz-crc32: %d\r\n" % zlib.crc32(body) if has_checksum else b""
    message = b"HTTP/1.1 %d Said\r\ncontent-length:%d\r\n%s\r\n%s" % (status, len(body), checksum, body)
    with Peer() as peer:
        response, is_reusable = peer.exchange(list(split(message, places)))
        assert (response.status, response.body, is_reusable) == (status, body, True)


def test_a_long_body_is_read_whole(peer: Peer) -> None:
    body = bytes(range(256)) * 8192
    response, _ = peer.exchange([b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body), body])
    assert response.body == body


def test_one_connection_carries_several_exchanges(peer: Peer) -> None:
    for number in range(3):
        response, is_reusable = peer.exchange([PLAIN, b"1234%d" % number])
        assert (response.body, is_reusable) == (b"1234%d" % number, True)
        assert peer.connection.is_quiet()


@pytest.mark.parametrize("length", range(1, len(PLAIN) + 5))
def test_a_response_that_is_cut_short_is_truncated(peer: Peer, length: int) -> None:
    with pytest.raises(BrokenExchange) as broken:
        peer.exchange([(PLAIN + b"12345")[:length]], ends=True)
    assert broken.value.cause is Cause.TRUNCATED


@pytest.mark.parametrize(
    "message",
    [
        PLAIN.replace(b"Content-Length: 5\r\n", b"") + b"12345",
        PLAIN.replace(b"Content-Length: 5", b"Content-Length: 5\r\nContent-Length: 5") + b"12345",
        PLAIN.replace(b"Content-Length: 5", b"Content-Length: 5\r\nContent-Length: 4") + b"12345",
        PLAIN.replace(b"Content-Length: 5", b"Content-Length: 5, 5") + b"12345",
        PLAIN.replace(b"Content-Length: 5", b"Content-Length: -5") + b"12345",
        PLAIN.replace(b"Content-Length: 5", b"Content-Length: \xb2") + b"12345",
        PLAIN.replace(b"Content-Length: 5", b"Content-Length:") + b"12345",
        PLAIN.replace(b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"5\r\n12345\r\n0\r\n\r\n",
        PLAIN.replace(b"Server: x", b"transfer-encoding: chunked") + b"5\r\n12345\r\n0\r\n\r\n",
        PLAIN.replace(b"x-crc: 1", b"x-amz-crc32: 1") + b"12345",
        PLAIN.replace(b"x-crc: 1", b"x-amz-crc32: x") + b"12345",
        PLAIN.replace(b"200", b"2000") + b"12345",
        PLAIN.replace(b"HTTP/1.1", b"HTTP/2") + b"12345",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        PLAIN.replace(b"Server: x", b"Server: " + b"x" * 70_000) + b"12345",
        PLAIN.replace(b"Server: x", b"Server: x\r\n" * 200) + b"12345",
    ],
)
def test_a_response_of_another_form_or_with_another_checksum_is_truncated(peer: Peer, message: bytes) -> None:
    with pytest.raises(BrokenExchange) as broken:
        peer.exchange([message], ends=True)
    assert broken.value.cause is Cause.TRUNCATED


@pytest.mark.parametrize(
    "message",
    [
        PLAIN.replace(b"keep-alive", b"close") + b"12345",
        PLAIN.replace(b"HTTP/1.1", b"HTTP/1.0").replace(b"Connection: keep-alive\r\n", b"") + b"12345",
        PLAIN + b"123456",
        PLAIN + b"12345" + PLAIN + b"12345",
    ],
)
def test_a_connection_that_ends_or_has_surplus_data_is_not_used_again(peer: Peer, message: bytes) -> None:
    response, is_reusable = peer.exchange([message])
    assert (response.body, is_reusable) == (b"12345", False)


def test_surplus_data_that_arrives_later_is_detected_before_the_connection_is_used_again(peer: Peer) -> None:
    _, is_reusable = peer.exchange([PLAIN + b"12345"])
    assert is_reusable
    assert peer.connection.is_quiet()
    peer.theirs.sendall(b"H")
    assert not peer.connection.is_quiet()


def test_a_connection_that_the_server_has_closed_is_not_quiet(peer: Peer) -> None:
    peer.exchange([PLAIN + b"12345"], ends=True)
    assert not peer.connection.is_quiet()


def test_a_new_connection_that_ends_without_a_response_is_unreachable(peer: Peer) -> None:
    with pytest.raises(BrokenExchange) as broken:
        peer.exchange([], ends=True)
    assert broken.value.cause is Cause.UNREACHABLE


def test_a_kept_connection_that_ends_without_a_response_was_closed_while_idle(peer: Peer) -> None:
    peer.exchange([PLAIN + b"12345"])
    with pytest.raises(ClosedWhileIdle):
        peer.exchange([], ends=True)


@pytest.mark.parametrize("length", [0, 10, len(PLAIN), LAST_BYTE])
def test_a_response_that_does_not_arrive_or_does_not_end_is_awaited_until_the_deadline(peer: Peer, length: int) -> None:
    with pytest.raises(BrokenExchange) as broken:
        peer.exchange([(PLAIN + b"12345")[:length]], seconds=0.05)
    assert broken.value.cause is Cause.UNREACHABLE


@pytest.mark.slow
@pytest.mark.parametrize("first", [0, len(PLAIN)])
def test_a_response_that_arrives_byte_by_byte_is_awaited_until_the_deadline(peer: Peer, first: int) -> None:
    """The bytes of the headers, or those of the body."""
    whole = PLAIN + b"12345"
    parts = [whole[:first], *(whole[at : at + 1] for at in range(first, first + 5))]
    with pytest.raises(BrokenExchange) as broken:
        peer.exchange(parts, seconds=0.1, pause=0.1)
    assert broken.value.cause is Cause.UNREACHABLE
    assert peer.sent_meanwhile < len(parts)


def test_a_response_that_has_arrived_is_received_after_the_deadline_too(peer: Peer) -> None:
    peer.connection.send("/", HEADERS, b"{}", Deadline.after(0.01))
    peer.theirs.sendall(PLAIN + b"12345")
    time.sleep(0.02)
    response, is_reusable = peer.connection.receive()
    assert (response.body, is_reusable) == (b"12345", True)


def test_after_the_deadline_nothing_is_awaited(peer: Peer) -> None:
    peer.connection.send("/", HEADERS, b"{}", Deadline.after(0.01))
    peer.theirs.sendall(PLAIN + b"1234")
    time.sleep(0.02)
    with pytest.raises(BrokenExchange) as broken:
        peer.connection.receive()
    assert broken.value.cause is Cause.UNREACHABLE


def test_after_the_deadline_nothing_is_sent(peer: Peer) -> None:
    peer.theirs.settimeout(0.05)
    peer.connection.send("/", HEADERS, b"{}", Deadline.after(-1))
    with pytest.raises(BrokenExchange):
        peer.connection.receive()
    with pytest.raises(TimeoutError):
        peer.theirs.recv(1)
