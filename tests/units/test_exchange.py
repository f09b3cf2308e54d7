"""A response is read whole and unchanged in the one form that is expected, and refused in every other."""

import itertools
import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.exchange import NotPlain, exchanged

REQUEST = b"POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}"
PLAIN = b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 5\r\nConnection: keep-alive\r\nx-crc: 1\r\n\r\n"


def response(parts: list[bytes], *, ends: bool = False, timeout: float = 5) -> tuple[int, bytes]:
    """What is read of these parts, which arrive one by one; and then the end, or nothing more."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(timeout)

        def answer() -> None:
            assert theirs.recv(len(REQUEST), socket.MSG_WAITALL) == REQUEST
            for part in parts:
                theirs.sendall(part)
            if ends:
                theirs.shutdown(socket.SHUT_WR)

        answering = threading.Thread(target=answer)
        answering.start()
        try:
            return exchanged(ours, REQUEST)
        finally:
            answering.join()


def cut(message: bytes, places: list[int]) -> Iterator[bytes]:
    at = sorted({0, len(message), *(place % len(message) for place in places)})
    return (message[start:end] for start, end in itertools.pairwise(at))


@given(st.binary(max_size=200), st.sampled_from([200, 400, 503]), st.lists(st.integers(0), max_size=6))
def test_a_response_is_read_however_it_is_cut(body: bytes, status: int, places: list[int]) -> None:
    message = b"HTTP/1.1 %d Said\r\ncontent-length:%d\r\n\r\n%s" % (status, len(body), body)
    assert response(list(cut(message, places))) == (status, body)


def test_a_long_body_is_read_whole() -> None:
    body = bytes(range(256)) * 8192
    assert response([b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body), body]) == (200, body)


def test_headers_that_come_with_a_long_body_are_no_long_headers() -> None:
    body = b"x" * 70_000
    message = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    assert response([message[:10], message[10:]]) == (200, body)


@pytest.mark.parametrize(
    "message",
    [
        PLAIN.replace(b"Content-Length: 5\r\n", b"") + b"12345",
        PLAIN.replace(b"Content-Length: 5", b"Content-Length: 5\r\nContent-Length: 5") + b"12345",
        PLAIN.replace(b"Content-Length: 5", b"Content-Length: 5, 5") + b"12345",
        PLAIN.replace(b"Content-Length: 5", b"Content-Length: -5") + b"12345",
        PLAIN.replace(b"Content-Length: 5", b"Content-Length: \xb2") + b"12345",
        PLAIN.replace(b"Content-Length: 5", b"Content-Length:") + b"12345",
        PLAIN.replace(b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"5\r\n12345\r\n0\r\n\r\n",
        PLAIN.replace(b"Server: x", b"transfer-encoding : chunked") + b"5\r\n12345\r\n0\r\n\r\n",
        PLAIN.replace(b"Server: x", b"Content-Encoding: gzip") + b"12345",
        PLAIN.replace(b"Server: x", b"Trailer: y") + b"12345",
        PLAIN.replace(b"keep-alive", b"close") + b"12345",
        PLAIN.replace(b"Server: x", b"Server") + b"12345",
        PLAIN.replace(b"HTTP/1.1", b"HTTP/1.0") + b"12345",
        PLAIN.replace(b"HTTP/1.1", b"HTTP/2") + b"12345",
        PLAIN.replace(b"200", b"2000") + b"12345",
        PLAIN + b"123456",
        b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN + b"12345",
        b"\r\n" + PLAIN + b"12345",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        PLAIN.replace(b"Server: x", b"Server: " + b"x" * 70_000) + b"12345",
    ],
)
def test_a_response_of_another_form_is_refused(message: bytes) -> None:
    with pytest.raises(NotPlain):
        response([message])


@pytest.mark.parametrize("length", range(len(PLAIN) + 5))
def test_a_response_that_is_cut_short_is_refused(length: int) -> None:
    with pytest.raises(NotPlain):
        response([(PLAIN + b"12345")[:length]], ends=True)


@pytest.mark.parametrize("length", [0, 10, len(PLAIN), len(PLAIN) + 4])
def test_a_response_that_does_not_come_or_does_not_end_is_waited_for_no_longer_than_the_timeout(length: int) -> None:
    with pytest.raises(TimeoutError):
        response([(PLAIN + b"12345")[:length]], timeout=0.05)
