"""DynamoDB by way of botocore, which signs, retries and knows each error."""

from collections.abc import Sequence
from concurrent import futures
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import botocore
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader
from botocore.utils import get_environ_proxies

from dossiers.domain.deadline import Deadline
from dossiers.storage import client_sender
from dossiers.storage.client_errors import translate_errors
from dossiers.storage.client_sender import until
from dossiers.storage.operations import ItemsPage, QueryPage, TransactionCancelled, TypedItem
from dossiers.storage.transport import CONNECT_SECONDS, EXCHANGE_SECONDS, MAX_IDLE, Transport

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DATA = Path(botocore.__file__).parents[1] / "botocore-data"
"""botocore's data, cut by packaging/trim.py to what the service calls. Only the layer on Lambda has this folder."""

_CONFIG = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=EXCHANGE_SECONDS,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=MAX_IDLE,
    tcp_keepalive=True,
    # Without a name, botocore builds a longer one for each request, which takes a fifth of the request's CPU.
    user_agent=f"dossiers botocore/{botocore.__version__}",
    # An endpoint of the account would be another host, with connections of its own.
    account_id_endpoint_mode="disabled",
    # items.py builds valid keys and items, and the errors of botocore's validation quote them.
    parameter_validation=False,
)


class _CutData(Loader):
    # botocore resolves FIPS and dual-stack endpoints only with its built-in data. With this path, the cut data count as
    # built in.
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
        with until(deadline), translate_errors():
            return cast("TypedItem | None", self._client.get_item(**request).get("Item"))

    def query(self, requests: Sequence[dict[str, Any]], attribute: str, deadline: Deadline) -> list[QueryPage]:
        """A page of one attribute for each request. Each of several requests has a thread, because botocore blocks."""
        if len(requests) <= 1:
            return [self._query(request, attribute, deadline) for request in requests]
        with futures.ThreadPoolExecutor(len(requests), "query") as pool:  # loaded by its first use
            return list(pool.map(lambda request: self._query(request, attribute, deadline), requests))

    def _query(self, request: dict[str, Any], attribute: str, deadline: Deadline) -> QueryPage:
        with until(deadline), translate_errors():
            response: Any = self._client.query(**request)
        return QueryPage([item[attribute]["S"] for item in response["Items"]], response.get("LastEvaluatedKey"))

    def query_items(self, request: dict[str, Any], deadline: Deadline) -> ItemsPage:
        """A page of items."""
        with until(deadline), translate_errors():
            response: Any = self._client.query(**request)
        return ItemsPage(response["Items"], response["Count"], response.get("LastEvaluatedKey"))

    def scan(self, request: dict[str, Any], deadline: Deadline) -> ItemsPage:
        """A page of the whole table."""
        with until(deadline), translate_errors():
            response: Any = self._client.scan(**request)
        return ItemsPage(response.get("Items", []), response["Count"], response.get("LastEvaluatedKey"))

    def transact_write_items(self, request: dict[str, Any], deadline: Deadline) -> None:
        """Write all items of a transaction or none. Raises TransactionCancelled too."""
        with until(deadline), translate_errors():
            try:
                self._client.transact_write_items(**request)
            except self._client.exceptions.TransactionCanceledException as exc:
                raise TransactionCancelled(cast("list[Any]", exc.response["CancellationReasons"])) from exc

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
    with translate_errors():  # botocore looks for credentials here
        client = plain_client(session)
    endpoint = client.meta.endpoint_url
    if get_environ_proxies(endpoint):
        client_sender.refuse_truncated(client)
        return Client(client)
    if transport is None:
        transport = Transport(endpoint, session.get_config_variable("ca_bundle"))
    client_sender.send_by(client, transport)
    return Client(client, transport)


def plain_client(session: "botocore.session.Session | None" = None) -> "DynamoDBClient":
    """A client of botocore's that sends by itself, which moto needs."""
    session = session or botocore.session.get_session()
    if DATA.is_dir():
        loader = _CutData(extra_search_paths=[str(DATA)], include_default_search_paths=False)
        session.register_component("data_loader", loader)
    # botocore makes its clients' classes as it runs; boto3-stubs describes them.
    return cast("DynamoDBClient", session.create_client("dynamodb", config=_CONFIG))
