"""The transport under botocore: botocore signs, retries and parses, the transport sends and checks."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError

from dossiers.domain.deadline import NEVER, Deadline
from dossiers.domain.errors import Cause, TryAgain
from dossiers.storage.client_errors import cause_of
from dossiers.storage.exchange import BrokenExchange, Response
from dossiers.storage.transport import Transport

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LONGEST_WAIT_SECONDS = 7
"""How long botocore's standard retries wait at the most before the last of three attempts: up to 2 seconds, and 5 more
when DynamoDB asks for it."""

_REQUIRED_MEMBERS = {"Query": "Items", "Scan": "Count"}
"""The operations whose response always has a certain member, and that member."""

_deadline: ContextVar[Deadline] = ContextVar("deadline", default=NEVER)
"""The deadline of the request that this thread sends. botocore passes no argument of ours on to its event handlers."""


@contextmanager
def until(deadline: Deadline) -> Iterator[None]:
    """Apply the deadline to the requests that botocore sends in this block."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def send_by(client: "DynamoDBClient", transport: Transport) -> None:
    """Have a client of botocore send its requests by the transport.

    botocore hands each signed request to the event before-send, and retries what is raised as ConnectionClosedError.
    """

    def send(request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
        deadline = _deadline.get()
        if deadline.remaining <= 0:
            raise TryAgain(Cause.DEADLINE)
        try:
            response, body = _post(transport, request, operation=event_name.rpartition(".")[2], deadline=deadline)
        except BrokenExchange as exc:
            if deadline.remaining <= 0:
                raise TryAgain(Cause.DEADLINE) from exc
            raise ConnectionClosedError(endpoint_url=request.url) from exc
        if response.status != HTTPStatus.OK and deadline.remaining < LONGEST_WAIT_SECONDS:
            cause = cause_of(str(body.get("__type")).rpartition("#")[2], response.status)
            if cause is not None:
                raise TryAgain(cause)
        headers: Any = dict(response.headers.items())
        return AWSResponse(request.url, response.status, headers, _Raw(response.body))

    handler: Any = send
    client.meta.events.register("before-send.dynamodb", handler)


def refuse_truncated(client: "DynamoDBClient") -> None:
    """Have a client that sends by itself notice a response that is cut short. It is not retried."""

    def refuse(response_dict: dict[str, Any], **_: Any) -> None:
        length = response_dict["headers"].get("content-length")
        if length is not None and int(length) != len(response_dict["body"]):
            raise TryAgain(Cause.TRUNCATED)

    client.meta.events.register("before-parse.dynamodb", refuse)


def _post(
    transport: Transport, request: AWSPreparedRequest, operation: str, deadline: Deadline
) -> tuple[Response, dict[str, Any]]:
    """The response to a request, and its body as JSON. Raises BrokenExchange, also for a response of another form.

    DynamoDB returns JSON objects, errors included. botocore takes another 200 for an empty response, and fails at the
    body of another error.
    """
    url = urlsplit(request.url)
    target = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
    content: Any = request.body or b""
    response = transport.post(target, cast("Mapping[str, Any]", request.headers), content, deadline)
    try:
        body: Any = json.loads(response.body)
    except ValueError:
        body = None
    required = _REQUIRED_MEMBERS.get(operation) if response.status == HTTPStatus.OK else None
    if not isinstance(body, dict) or (required is not None and required not in body):
        is_server_error = response.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        raise BrokenExchange(Cause.UNREACHABLE if is_server_error else Cause.TRUNCATED)
    return response, body


class _Raw:
    """A body, as AWSResponse reads one."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._body
