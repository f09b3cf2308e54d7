"""One request and its response over an open connection, in the plain form of HTTP/1.1 that DynamoDB answers in.

Pure but for the connection. It reads that form and no other, so that nothing can be read wrongly: whoever asks here has
another way to ask, which can read them all.
"""

import re
from socket import socket

_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
_LENGTH = re.compile(rb"\d{1,9}")
_END_OF_HEADERS = b"\r\n\r\n"
_MOST_BYTES_OF_HEADERS = _AT_ONCE = 64 * 1024

# With these, the length of the body is not what Content-Length says, its bytes are not what was meant, or the
# connection ends with it.
_NOT_PLAIN = frozenset({b"transfer-encoding", b"content-encoding", b"trailer", b"upgrade"})


class NotPlain(Exception):
    """The response is of another form, or cut short. What else comes over this connection belongs to nothing."""


def exchanged(connection: socket, request: bytes) -> tuple[int, bytes]:
    """Send the request; the status and the body of the response. Raises NotPlain, and OSError for a connection that
    breaks or is silent for longer than its timeout.
    """
    connection.sendall(request)
    headers, start = _headers(connection)
    status, length = _understood(headers)
    if len(start) > length:
        raise NotPlain
    body = bytearray(length)
    body[: len(start)] = start
    missing = memoryview(body)[len(start) :]
    while missing:
        received = connection.recv_into(missing)
        if not received:
            raise NotPlain
        missing = missing[received:]
    return status, bytes(body)


def _headers(connection: socket) -> tuple[bytes, bytes]:
    """The status line and the headers, and what has come of the body with them."""
    received = b""
    while len(received) < _MOST_BYTES_OF_HEADERS:
        part = connection.recv(_AT_ONCE)
        if not part:
            raise NotPlain
        received += part
        headers, end, start = received.partition(_END_OF_HEADERS)
        if end:
            return headers, start
    raise NotPlain


def _understood(headers: bytes) -> tuple[int, int]:
    """The status, and the length of the body."""
    first, *lines = headers.split(b"\r\n")
    status = _STATUS.match(first)
    lengths = []
    for line in lines:
        name, colon, value = line.partition(b":")
        name, value = name.strip().lower(), value.strip()
        if not colon or name in _NOT_PLAIN or (name == b"connection" and value.lower() != b"keep-alive"):
            raise NotPlain
        if name == b"content-length":
            lengths.append(value)
    if status is None or len(lengths) != 1 or not _LENGTH.fullmatch(lengths[0]):
        raise NotPlain
    return int(status[1]), int(lengths[0])
