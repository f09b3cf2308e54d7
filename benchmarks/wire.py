"""Watches or replaces the requests of this process to DynamoDB where they leave: at the service's own transport."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from typing import Any
from unittest.mock import patch

from dossiers.domain.deadline import Deadline
from dossiers.storage.exchange import Response
from dossiers.storage.transport import Transport


@dataclass(frozen=True)
class Request:
    """A request to DynamoDB. `operation`: such as `Query`; `body`: its parameters as JSON."""

    operation: str
    body: bytes


Send = Callable[[], Response]
"""Sends the request to DynamoDB."""


@contextmanager
def through(middle: Callable[[Request, Send], Response]) -> Iterator[None]:
    """Let `middle` respond to each request of every transport; it may send the request on."""
    post = Transport.post

    def respond(
        transport: Transport, target: str, headers: Mapping[str, Any], body: bytes, deadline: Deadline
    ) -> Response:
        named = headers["x-amz-target"]  # bytes, when botocore made the request
        operation = (named.decode() if isinstance(named, bytes) else str(named)).rpartition(".")[2]
        return middle(Request(operation, body), lambda: post(transport, target, headers, body, deadline))

    with patch.object(Transport, "post", respond):
        yield


def response(body: bytes) -> Response:
    """DynamoDB's response with this body."""
    return Response(200, Message(), body)
