"""The faults between a client and DynamoDB. Each kind is a function on an exchange.

The engine carries the request out only if the function reads `exchange.response`.
"""

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tests.failures.wire import Exchange, Response, response

_MAX_WAIT = 60
"""The longest wait, in seconds, of a fault that waits until the client closes the connection."""

_MAX_TOGETHER = 32 * 1024
"""The most bytes that arrive at the client together, so that it can detect data after a response."""

_BLOCK = 256
"""Bytes of a surplus response. The buffer size of each client is a multiple of it."""

WRITES = frozenset({"TransactWriteItems"})


class Inapplicable(Exception):
    """The fault cannot be injected into this response. Nothing was sent."""


@dataclass(frozen=True)
class Kind:
    """One kind of fault."""

    act: Callable[[Exchange], None]
    operations: frozenset[str] | None = None
    """The operations that it applies to; None for all."""
    is_slow: bool = False
    """Whether the client waits for it."""

    def applies_to(self, operation: str) -> bool:
        return self.operations is None or operation in self.operations


# --- No response ------------------------------------------------------------------------------------------------------


def reset_after_request(exchange: Exchange) -> None:
    exchange.reset()


def lose_response(exchange: Exchange) -> None:
    _ = exchange.response
    exchange.reset()


def stay_silent(exchange: Exchange) -> None:
    exchange.wait(_MAX_WAIT)
    exchange.close()


def carry_out_late(exchange: Exchange) -> None:
    """The engine receives the request after the client has given up."""
    exchange.wait(_MAX_WAIT)
    _ = exchange.response
    exchange.close()


# --- Part of a response -----------------------------------------------------------------------------------------------


def close_after_status_line(exchange: Exchange) -> None:
    status_line, end, _ = exchange.response.head.partition(b"\r\n")
    exchange.send(status_line + end)
    exchange.close()


def close_in_headers(exchange: Exchange) -> None:
    head = exchange.response.head
    after_status_line = head.index(b"\r\n") + 2
    exchange.send(head[: exchange.random.randrange(after_status_line + 1, len(head))])
    exchange.close()


def cut_whole_body(exchange: Exchange) -> None:
    _cut_body(exchange, 0)


def cut_body_in_the_middle(exchange: Exchange) -> None:
    _cut_body(exchange, len(exchange.response.body) // 2)


def cut_last_byte(exchange: Exchange) -> None:
    _cut_body(exchange, len(exchange.response.body) - 1)


def _cut_body(exchange: Exchange, length: int) -> None:
    exchange.send(exchange.response.head + exchange.response.body[:length])
    exchange.close()


# --- Another response -------------------------------------------------------------------------------------------------


def flip_bit(exchange: Exchange) -> None:
    body = bytearray(exchange.response.body)
    body[exchange.random.randrange(len(body))] ^= 1 << exchange.random.randrange(8)
    exchange.send(exchange.response.head + bytes(body))


def send_html(exchange: Exchange) -> None:
    exchange.send(response(200, "OK", b"<html>Please sign in to the network</html>", "text/html").encode())


def send_no_items(exchange: Exchange) -> None:
    exchange.send(response(200, "OK", b"{}").encode())


def send_500(exchange: Exchange) -> None:
    exchange.send(_error(500, "Internal Server Error", "InternalServerError"))


def send_500_afterwards(exchange: Exchange) -> None:
    """The engine has carried out the request."""
    _ = exchange.response
    send_500(exchange)


def send_503(exchange: Exchange) -> None:
    """A response of a load balancer in front of DynamoDB: not JSON."""
    exchange.send(response(503, "Service Unavailable", b"<html>Service Unavailable</html>", "text/html").encode())


def send_throughput_exceeded(exchange: Exchange) -> None:
    exchange.send(_error(400, "Bad Request", "ProvisionedThroughputExceededException"))


def send_throttled(exchange: Exchange) -> None:
    exchange.send(_error(400, "Bad Request", "ThrottlingException"))


def _error(status: int, reason: str, code: str) -> bytes:
    error = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "a fault of the proxy"}
    return response(status, reason, json.dumps(error).encode()).encode()


# --- A response at another time ---------------------------------------------------------------------------------------


def drip(exchange: Exchange) -> None:
    """A byte every 100 ms."""
    for byte in exchange.response.encode():
        if exchange.wait(0.1):
            break
        exchange.send(bytes([byte]))


def send_late(exchange: Exchange) -> None:
    """The response arrives on the same connection, perhaps after the client has given up."""
    late = exchange.response.encode()
    if not exchange.wait(exchange.random.choice([1.5, 4, 8])):
        exchange.send(late)


# --- More than a response ---------------------------------------------------------------------------------------------


def send_surplus_response(exchange: Exchange) -> None:
    """A second response follows. A GetItem that took it for its own response would return no item."""
    _send_together(exchange, exchange.response.encode(), _no_such_item(_BLOCK))


def send_surplus_responses(exchange: Exchange) -> None:
    """More responses follow than fit in the buffer of a client, for example the 8 KB of Python's http.client.

    Each begins at a multiple of 256 bytes, so one begins where the buffer ends. A client would read that one next.
    """
    first = exchange.response.encode()
    filling = _no_such_item(_BLOCK + -len(first) % _BLOCK)
    _send_together(exchange, first, filling + _no_such_item(_BLOCK) * 64)


def _no_such_item(size: int) -> bytes:
    """A valid response of that many bytes to a GetItem that finds nothing."""
    plain = response(200, "OK", b"{}")
    padding = size - len(_with_padding(plain, 0).encode())
    return _with_padding(plain, padding).encode()


def _with_padding(plain: Response, length: int) -> Response:
    return Response(plain.status, plain.reason, plain.headers | {"x-padding": "." * length}, plain.body)


def send_twice(exchange: Exchange) -> None:
    _send_together(exchange, exchange.response.encode(), exchange.response.encode())


def close_when_idle(exchange: Exchange) -> None:
    """The response is complete. The connection is then closed, although the response keeps it alive."""
    exchange.send(exchange.response.encode())
    exchange.close()


def _send_together(exchange: Exchange, first: bytes, second: bytes) -> None:
    if len(first) + len(second) > _MAX_TOGETHER:
        raise Inapplicable
    exchange.send(first + second)


# --- A response in another form ---------------------------------------------------------------------------------------


def chunk(exchange: Exchange) -> None:
    exchange.send(_encode_chunks(exchange.response))


def chunk_and_cut(exchange: Exchange) -> None:
    """The last chunk, which is empty, is missing."""
    exchange.send(_encode_chunks(exchange.response).removesuffix(b"0\r\n\r\n"))
    exchange.close()


def _encode_chunks(plain: Response) -> bytes:
    middle = len(plain.body) // 2
    chunks = b"".join(
        b"%x\r\n%s\r\n" % (len(part), part) for part in (plain.body[:middle], plain.body[middle:]) if part
    )
    return _with_headers(plain, {"Transfer-Encoding": "chunked"}, chunks + b"0\r\n\r\n").encode()


def compress(exchange: Exchange) -> None:
    """No client accepts this encoding."""
    body = gzip.compress(exchange.response.body)
    headers = {
        "Content-Encoding": "gzip",
        "Content-Length": str(len(body)),
        "x-amz-crc32": str(zlib.crc32(body)),
    }
    exchange.send(_with_headers(exchange.response, headers, body).encode())


def omit_length(exchange: Exchange) -> None:
    """The end of the connection is the end of the response."""
    exchange.send(_with_headers(exchange.response, {"Connection": "close"}, exchange.response.body).encode())
    exchange.close()


def omit_length_and_cut(exchange: Exchange) -> None:
    body = exchange.response.body
    cut = body[: exchange.random.randrange(len(body))]
    exchange.send(_with_headers(exchange.response, {"Connection": "close"}, cut).encode())
    exchange.close()


def _with_headers(plain: Response, headers: dict[str, str], body: bytes) -> Response:
    """The response with these headers and this body. It has a Content-Length only if the headers have one."""
    kept = {name: value for name, value in plain.headers.items() if name.lower() != "content-length"}
    return Response(plain.status, plain.reason, kept | headers, body)


CLOSED_ON_ACCEPT, RESET_UNREAD = "closed on accept", "reset unread"
"""Faults before a request is read. The proxy injects them itself."""

KINDS = {
    "reset after request": Kind(reset_after_request),
    "response lost": Kind(lose_response),
    "silence": Kind(stay_silent, is_slow=True),
    "carried out late": Kind(carry_out_late, WRITES, is_slow=True),
    "closed after status line": Kind(close_after_status_line),
    "closed in headers": Kind(close_in_headers),
    "body cut at its start": Kind(cut_whole_body),
    "body cut in the middle": Kind(cut_body_in_the_middle),
    "body one byte short": Kind(cut_last_byte),
    "bit flipped": Kind(flip_bit),
    "not JSON": Kind(send_html),
    "no items": Kind(send_no_items, frozenset({"Query"})),
    "500": Kind(send_500),
    "500 afterwards": Kind(send_500_afterwards),
    "503": Kind(send_503),
    "throughput exceeded": Kind(send_throughput_exceeded),
    "throttled": Kind(send_throttled),
    "drip": Kind(drip, is_slow=True),
    "late response": Kind(send_late, is_slow=True),
    "surplus response": Kind(send_surplus_response),
    "surplus responses": Kind(send_surplus_responses),
    "sent twice": Kind(send_twice),
    "closed when idle": Kind(close_when_idle),
    "chunked": Kind(chunk),
    "chunked and cut": Kind(chunk_and_cut),
    "gzipped": Kind(compress),
    "no length": Kind(omit_length),
    "no length and cut": Kind(omit_length_and_cut),
}
"""Name of a fault in reports -> kind, of the faults after a request was read."""
