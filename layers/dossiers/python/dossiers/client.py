"""DynamoDB by way of botocore, which signs, retries and knows each error; the transport sends and checks.

The only module that imports botocore, besides certificates.py, which asks it for its bundle.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import botocore
import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectionError,  # noqa: A004 - botocore's own name
    CredentialRetrievalError,
    HTTPClientError,
    MetadataRetrievalError,
    NoCredentialsError,
    TokenRetrievalError,
)
from botocore.loaders import Loader
from botocore.utils import get_environ_proxies

from dossiers.deadline import NEVER, Deadline
from dossiers.errors import Cause, DatabaseError, TryAgain
from dossiers.exchange import BrokenExchange, Response
from dossiers.operations import QueryPage, TransactionCancelled, TypedItem
from dossiers.transport import CONNECT_SECONDS, EXCHANGE_SECONDS, MAX_IDLE, Transport

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DATA = Path(botocore.__file__).parents[1] / "botocore-data"
"""botocore's data, cut by packaging/trim.py to what the service calls: there where the layer has brought it."""

_CONFIG = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=EXCHANGE_SECONDS,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=MAX_IDLE,
    tcp_keepalive=True,
    # What we call ourselves. Without it botocore makes up a longer name at each request: a fifth of the request's CPU.
    user_agent=f"dossiers botocore/{botocore.__version__}",
    # An endpoint of the account would be another host, with connections of its own.
    account_id_endpoint_mode="disabled",
    # Keys and items are built in items.py, and botocore's complaints quote what they complain of.
    parameter_validation=False,
)

LONGEST_WAIT_SECONDS = 7
"""How long botocore's standard retries wait at the most before the last of three attempts: up to 2 seconds, and 5 more
when DynamoDB asks for it."""

# Errors of DynamoDB's that are neither the caller's fault nor ours, and pass.
_CAUSES = {
    "ExpiredTokenException": Cause.UNREACHABLE,
    "ProvisionedThroughputExceededException": Cause.THROTTLED,
    "RequestLimitExceeded": Cause.THROTTLED,
    "ThrottlingException": Cause.THROTTLED,
    "TransactionConflictException": Cause.CONFLICT,
    "TransactionInProgressException": Cause.CONFLICT,
}
NO_CREDENTIALS = (CredentialRetrievalError, MetadataRetrievalError, NoCredentialsError, TokenRetrievalError)
"""What botocore raises when it finds no credentials, or cannot retrieve them."""
_OK, _SERVER_ERROR = 200, 500


class _CutData(Loader):
    # As with data of its own, botocore works out endpoints for FIPS and dual stack; with others it refuses to.
    BUILTIN_DATA_PATH = str(DATA)


class Client:
    """Requests to DynamoDB by way of a client of botocore.

    Each raises TryAgain for what passes, and DatabaseError for what DynamoDB refuses.
    """

    def __init__(self, client: "DynamoDBClient", transport: Transport | None = None) -> None:
        """`transport`: what `client` sends with, as `connect` has made it."""
        self._client = client
        self._transport = transport

    def get_item(self, request: dict[str, Any], deadline: Deadline) -> TypedItem | None:
        """The item, or None when there is none."""
        with _until(deadline):
            return cast("TypedItem | None", self._client.get_item(**request).get("Item"))

    def query(self, request: dict[str, Any], attribute: str, deadline: Deadline) -> QueryPage:
        """A page of one attribute."""
        with _until(deadline):
            response: Any = self._client.query(**request)
        return QueryPage([item[attribute]["S"] for item in response["Items"]], response.get("LastEvaluatedKey"))

    def transact_write_items(self, request: dict[str, Any], deadline: Deadline) -> None:
        """Write all items of a transaction or none. Raises TransactionCancelled too."""
        with _until(deadline):
            try:
                self._client.transact_write_items(**request)
            except self._client.exceptions.TransactionCanceledException as exc:
                raise TransactionCancelled(cast("list[Any]", exc.response["CancellationReasons"])) from exc

    def put_item(self, request: dict[str, Any], deadline: Deadline) -> None:
        """Write one item."""
        with _until(deadline):
            self._client.put_item(**request)

    def delete_item(self, request: dict[str, Any], deadline: Deadline) -> None:
        """Delete one item."""
        with _until(deadline):
            self._client.delete_item(**request)

    def close(self) -> None:
        """Close all connections; the next request opens a new one."""
        if self._transport is not None:
            self._transport.close()
        self._client.close()


def connect(transport: Transport | None = None) -> Client:
    """A client as the functions use it, with the credentials, region and endpoint of the environment.

    It sends by the transport, by default one of its own. Behind a proxy botocore sends by itself: then a response that
    is cut short is noticed, but not repeated. Raises TryAgain when credentials cannot be had.
    """
    session = botocore.session.get_session()
    with _translate_errors():  # it looks for credentials
        client = plain_client(session)
    endpoint = client.meta.endpoint_url
    if get_environ_proxies(endpoint):
        client.meta.events.register("before-parse.dynamodb", _refuse_truncated)
        return Client(client)
    if transport is None:
        transport = Transport(endpoint, session.get_config_variable("ca_bundle"))
    client.meta.events.register("before-send.dynamodb", _sender(transport))
    return Client(client, transport)


def plain_client(session: "botocore.session.Session | None" = None) -> "DynamoDBClient":
    """A client of botocore's that sends by itself, which moto needs."""
    session = session or botocore.session.get_session()
    if DATA.is_dir():
        loader = _CutData(extra_search_paths=[str(DATA)], include_default_search_paths=False)
        session.register_component("data_loader", loader)
    # botocore makes its clients' classes as it runs; boto3-stubs describes them.
    return cast("DynamoDBClient", session.create_client("dynamodb", config=_CONFIG))


# --- The transport under botocore -------------------------------------------------------------------------------------

_deadline: ContextVar[Deadline] = ContextVar("deadline", default=NEVER)
"""That of the request which this thread's botocore is about to send: botocore passes nothing on to its events."""


def _sender(transport: Transport) -> Any:
    """A handler of botocore's event before-send. botocore passes it a signed request and takes its response."""

    def send(request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
        deadline = _deadline.get()
        if deadline.remaining <= 0:
            raise TryAgain(Cause.DEADLINE)
        try:
            response, body = _post(transport, request, operation=event_name.rpartition(".")[2], deadline=deadline)
        except BrokenExchange as exc:
            if deadline.remaining <= 0:
                raise TryAgain(Cause.DEADLINE) from exc
            raise ConnectionClosedError(endpoint_url=request.url) from exc  # which botocore retries
        if response.status != _OK and deadline.remaining < LONGEST_WAIT_SECONDS:
            cause = _cause_of(str(body.get("__type")).rpartition("#")[2], response.status)
            if cause is not None:
                raise TryAgain(cause)
        headers: Any = dict(response.headers.items())
        return AWSResponse(request.url, response.status, headers, _Raw(response.body))

    return send


def _post(
    transport: Transport, request: AWSPreparedRequest, operation: str, deadline: Deadline
) -> tuple[Response, dict[str, Any]]:
    """The response to a request, and its body as JSON. Raises BrokenExchange, also for a response of another form.

    DynamoDB returns JSON objects, errors included. botocore takes another 200 for an empty response, and fails at the
    body of another error.
    """
    url = urlsplit(request.url)
    target = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
    sent: Any = request.body or b""
    response = transport.post(target, cast("Mapping[str, Any]", request.headers), sent, deadline)
    try:
        body: Any = json.loads(response.body)
    except ValueError:
        body = None
    has_items = response.status != _OK or operation != "Query" or (isinstance(body, dict) and "Items" in body)
    if not isinstance(body, dict) or not has_items:
        raise BrokenExchange(Cause.UNREACHABLE if response.status >= _SERVER_ERROR else Cause.TRUNCATED)
    return response, body


class _Raw:
    """A body, as AWSResponse reads one."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._body


def _refuse_truncated(response_dict: dict[str, Any], **_: Any) -> None:
    length = response_dict["headers"].get("content-length")
    if length is not None and int(length) != len(response_dict["body"]):
        raise TryAgain(Cause.TRUNCATED)


# --- Errors -----------------------------------------------------------------------------------------------------------


@contextmanager
def _until(deadline: Deadline) -> Iterator[None]:
    """Hold what botocore sends to the deadline, and translate its errors."""
    token = _deadline.set(deadline)
    try:
        with _translate_errors():
            yield
    finally:
        _deadline.reset(token)


@contextmanager
def _translate_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as exc:
        code = exc.response["Error"]["Code"]
        cause = _cause_of(code, exc.response["ResponseMetadata"]["HTTPStatusCode"])
        if cause is None:
            raise DatabaseError(code, exc.operation_name) from exc
        raise TryAgain(cause) from exc
    except (ConnectionError, HTTPClientError, *NO_CREDENTIALS) as exc:
        broken = exc.__cause__
        raise TryAgain(broken.cause if isinstance(broken, BrokenExchange) else Cause.UNREACHABLE) from exc


def _cause_of(code: str, status: int) -> Cause | None:
    """Why an error of DynamoDB's passes; None when it does not."""
    return _CAUSES.get(code) or (Cause.UNREACHABLE if status >= _SERVER_ERROR else None)
