"""Observes or replaces the requests of this process to DynamoDB, at the service's own transport."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from typing import Any
from unittest.mock import patch

from dossiers.domain.deadline import Deadline
from dossiers.storage.exchange import Response
from dossiers.storage.transport import Receive, Transport
from tests.recording import operation_of


@dataclass(frozen=True)
class Request:
    """A request to DynamoDB. `operation`: for example `Query`; `body`: its parameters as JSON."""

    operation: str
    body: bytes


Send = Callable[[], Response]
"""Sends the intercepted request to DynamoDB."""

Interceptor = Callable[[Request, Send], Response]
"""Returns the response to a request. It may send the request, or respond in DynamoDB's place."""


@contextmanager
def intercept(interceptor: Interceptor) -> Iterator[None]:
    """Pass each request of every transport to the interceptor, until the end of the block."""
    send = Transport.send

    def respond(
        transport: Transport, target: str, headers: Mapping[str, Any], body: bytes, deadline: Deadline
    ) -> Receive:
        operation = operation_of(headers)

        def exchange() -> Response:
            return send(transport, target, headers, body, deadline)()

        return lambda: interceptor(Request(operation, body), exchange)

    with patch.object(Transport, "send", respond):
        yield


def ok(body: bytes) -> Response:
    """A successful response of DynamoDB with this body."""
    return Response(200, Message(), body)
