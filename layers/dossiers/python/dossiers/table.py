"""The table: the only module that talks to DynamoDB. Every read of the table itself is strongly consistent."""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast

import botocore
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 - botocore's own name

from dossiers import query_page
from dossiers.direct import DirectReads
from dossiers.errors import TryAgain
from dossiers.items import INDEX_BY_EXTERNAL_IDENTIFIER, Item, Key, KeyRange, Put, Value

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_CONNECTIONS = 64
"""Kept open to DynamoDB by one process: for 32 requests at once on the local stack, and what they read ahead."""

# Three attempts of at most three seconds, and before those of a read perhaps one of a second (direct.py): DynamoDB
# answers in milliseconds, and when it does not, the caller must hear "try again" well before API Gateway hangs up at 30
# seconds.
_CONFIG = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=MAX_CONNECTIONS,
    tcp_keepalive=True,
    # What we call ourselves. Without it botocore makes up a longer name at each request: a fifth of the request's CPU.
    user_agent=f"dossiers botocore/{botocore.__version__}",
    # One endpoint for all requests, whatever the credentials say of their account: they share their connections.
    account_id_endpoint_mode="disabled",
    # Keys and items are built in items.py, and botocore's complaints quote what they complain of.
    parameter_validation=False,
)

# What is neither the caller's fault nor ours, and passes. botocore has already tried these again.
_PASSING = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)

_OK, _SERVER_ERROR = 200, 500

_REFUSED = "ConditionalCheckFailed"
_PASSING_REASONS = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class Cancelled(Exception):
    """Nothing of a transaction was written.

    `refused`: the keys whose condition did not hold -> the attributes of the item that is there.
    `passing`: whether another transaction, or throttling, was in the way, so that the same one may succeed later.
    """

    def __init__(self, refused: dict[Key, dict[str, str]], *, passing: bool) -> None:
        super().__init__(f"{len(refused)} conditions refused, passing: {passing}")
        self.refused = refused
        self.passing = passing


class Table:
    """The one table. Methods raise TryAgain when DynamoDB throttles or is out of reach."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._direct = DirectReads(client)
        self.name = name

    def get(self, key: Key) -> dict[str, str] | None:
        """The text and number attributes of an item, or None when it is not there."""
        answer = self._read(
            "GetItem", {"TableName": self.name, "Key": _marshalled(key._asdict()), "ConsistentRead": True}
        )
        return _texts(answer["Item"]) if "Item" in answer else None

    def pages(
        self, key_range: KeyRange, attribute: str, *, after: str | None = None, limit: int | None = None
    ) -> Iterator[list[str]]:
        """One text attribute of each item of a range, page by page as DynamoDB answers them, in key order.

        `after`: only items behind the one of this id. `limit`: items a page; without it, a page is what DynamoDB
        reads at once, 1 MB. A page can be empty, the last one too.
        """
        request: dict[str, Any] = {
            "TableName": self.name,
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ProjectionExpression": "#attribute",
            "ExpressionAttributeNames": {"#attribute": attribute},
            "ExpressionAttributeValues": _marshalled({":pk": key_range.pk, ":prefix": key_range.prefix}),
        }
        if key_range.also:
            others = {f":word{number}": word for number, word in enumerate(key_range.also)}
            request["FilterExpression"] = " AND ".join(f"contains(words, {other})" for other in others)
            request["ExpressionAttributeValues"] |= _marshalled(others)
        if after is not None:
            request["ExclusiveStartKey"] = _marshalled(key_range.at(after)._asdict())
        if limit is not None:
            request["Limit"] = limit
        while True:
            answer = self._read("Query", request)
            yield _values(answer, attribute)
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def row_by_external_identifier(self, group: str, external_identifier: str) -> str | None:
        """The row of the dossier with this identifier, from the GSI: which may not have seen a new one yet."""
        answer = self._read(
            "Query",
            {
                "TableName": self.name,
                "IndexName": INDEX_BY_EXTERNAL_IDENTIFIER,
                "KeyConditionExpression": "dossier_group_id = :group AND external_identifier = :identifier",
                "ProjectionExpression": "#row",
                "ExpressionAttributeNames": {"#row": "row"},
                "ExpressionAttributeValues": _marshalled({":group": group, ":identifier": external_identifier}),
            },
        )
        return next(iter(_values(answer, "row")), None)

    def write(self, puts: Sequence[Put], token: str) -> None:
        """Write all of these or none, in one transaction.

        `token`: the same for each attempt at the same transaction; one that succeeded without our hearing of it is then
        answered as a success. Raises Cancelled.
        """
        with _translated():
            try:
                self._client.transact_write_items(
                    TransactItems=[{"Put": self._put(put)} for put in puts], ClientRequestToken=token
                )
            except self._client.exceptions.TransactionCanceledException as exc:
                reasons = list(zip(puts, exc.response["CancellationReasons"], strict=True))
                refused = {
                    put.key: _texts(reason.get("Item", {})) for put, reason in reasons if reason["Code"] == _REFUSED
                }
                passing = any(reason["Code"] in _PASSING_REASONS for _, reason in reasons)
                if not refused and not passing:
                    raise
                raise Cancelled(refused, passing=passing) from exc

    def put(self, item: Item) -> None:
        """Write one item, whatever was there."""
        with _translated():
            self._client.put_item(TableName=self.name, Item=_marshalled(item))

    def delete(self, key: Key) -> None:
        """Delete one item, if it is there."""
        with _translated():
            self._client.delete_item(TableName=self.name, Key=_marshalled(key._asdict()))

    def disconnect(self) -> None:
        """Close all connections; the next request opens a new one."""
        self._client.close()
        self._direct = DirectReads(self._client)

    def _read(self, operation: Literal["GetItem", "Query"], request: dict[str, Any]) -> Any:
        """The answer to a read: the short way, or else botocore's."""
        with _translated():
            answer = self._direct.answer(operation, request)
            if answer is None:
                ask: Any = {"GetItem": self._client.get_item, "Query": self._client.query}[operation]
                answer = ask(**request)
        return answer

    def _put(self, put: Put) -> Any:
        request: dict[str, Any] = {
            "TableName": self.name,
            "Item": _marshalled(put.item),
            "ConditionExpression": put.condition,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if put.values:
            request["ExpressionAttributeValues"] = _marshalled(put.values)
        return request


def client(**options: Any) -> "DynamoDBClient":
    """A DynamoDB client as the functions use it. `options` (endpoint, credentials) go to botocore; none on Lambda."""
    session = botocore.session.get_session()
    client = cast("DynamoDBClient", session.create_client("dynamodb", config=_CONFIG, **options))
    client.meta.events.register("before-parse.dynamodb.Query", _take_rows_out)
    return client


def _take_rows_out(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """Hand the rows of a Query past botocore, as `Rows`; the rest of the answer, and every error, is for it to read.

    It would walk through each value of each item by its type, to no effect: on a page of thousands of rows that costs
    several times as much as everything else together. A botocore without this event would do so again, and nothing but
    speed would be lost.
    """
    if response_dict["status_code"] != _OK:
        return
    taken = query_page.taken_apart(response_dict["body"])
    if taken is not None:
        customized_response_dict["Rows"], response_dict["body"] = taken


_making = threading.Lock()


def table() -> Table:
    """The table that TABLE_NAME in the environment names: made at the first call, one in a process.

    Not at import, so that a test can put its fake in place first.
    """
    with _making:  # botocore's sessions are not safe to make clients from in two threads
        return _made(os.environ["TABLE_NAME"])


@cache
def _made(name: str) -> Table:
    return Table(client(), name)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what passes into TryAgain. Whatever else goes wrong is a fault of ours, and goes on up as it is."""
    try:
        yield
    except ClientError as exc:
        status = exc.response["ResponseMetadata"]["HTTPStatusCode"]
        if exc.response["Error"]["Code"] in _PASSING or status >= _SERVER_ERROR:
            raise TryAgain from exc
        raise
    except (ConnectionError, HTTPClientError) as exc:
        raise TryAgain from exc


def _values(answer: Any, attribute: str) -> list[str]:
    """One text attribute of each item of a Query's answer."""
    if "Rows" in answer:
        rows: list[str] = answer["Rows"]
        return rows
    return [item[attribute]["S"] for item in answer["Items"]]


def _marshalled(values: Any) -> dict[str, Any]:
    return {name: _marshalled_value(value) for name, value in values.items()}


def _marshalled_value(value: Value) -> dict[str, Any]:
    match value:
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case frozenset():
            return {"SS": sorted(value)}
        case dict():
            return {"M": _marshalled(value)}


def _texts(item: Any) -> dict[str, str]:
    """An item's attributes that are texts or numbers, as text."""
    return {name: text for name, value in item.items() for kind, text in value.items() if kind in "SN"}
