"""The network, replaced or watched where bytes leave and arrive: everything above it is the real code."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast
from unittest.mock import patch

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session

Send = Callable[[AWSPreparedRequest], AWSResponse]

_real = URLLib3Session.send


@contextmanager
def through(middle: Callable[[AWSPreparedRequest, Send], AWSResponse]) -> Iterator[None]:
    """Every request goes to `middle`, which may send it on by what it is given beside it.

    To one place: reads of the service are kept from the short way past botocore. They are as many on either.
    """
    from dossiers.direct import DirectReads  # noqa: PLC0415 - the usual, which imports this file too, has none

    def send(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        return middle(request, lambda request: _real(session, request))

    with patch.object(URLLib3Session, "send", send), patch.object(DirectReads, "send", lambda *_: None):
        yield


def replay_what_was_answered_once() -> None:
    """From now on each different request goes out once; when it is made again, the same bytes answer it.

    The first time it goes by way of botocore; later by the way that the handler chooses, which asks in the same bytes.
    It is signed either way.
    """
    known: dict[tuple[str, bytes], bytes] = {}

    def send(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
        key = operation(request), body(request)
        if key not in known:
            known[key] = _real(session, request).content
        return response(request, known[key])

    def send_short(reads: Any, operation: str, body: bytes) -> bytes | None:
        if (operation, body) in known:
            reads._message(operation, body)
        return known.get((operation, body))

    patch.object(URLLib3Session, "send", send).start()
    with suppress(ImportError):
        from dossiers.direct import DirectReads  # noqa: PLC0415 - the usual has none

        patch.object(DirectReads, "send", send_short).start()


def operation(request: AWSPreparedRequest) -> str:
    """`Query`, `GetItem`."""
    target = request.headers["X-Amz-Target"]
    return (target.decode() if isinstance(target, bytes) else str(target)).rpartition(".")[2]


def body(request: AWSPreparedRequest) -> bytes:
    """What is sent: DynamoDB's requests are bytes."""
    return cast("bytes", request.body)


def response(request: AWSPreparedRequest, body: bytes) -> AWSResponse:
    """DynamoDB's answer with this body."""
    headers: Any = {"Content-Type": "application/x-amz-json-1.0", "Content-Length": str(len(body))}
    return AWSResponse(request.url, 200, headers, _Raw(body))


class _Raw:
    """What urllib3 would have given: the body as it comes in."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._body
