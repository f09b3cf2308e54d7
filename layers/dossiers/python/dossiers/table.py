"""The table: every request to DynamoDB is made here. Every read of the table itself is strongly consistent."""

import os
import threading
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from dossiers.direct import DirectReads
from dossiers.dynamodb import client, translated
from dossiers.items import INDEX_BY_EXTERNAL_IDENTIFIER, Item, Key, KeyRange, Put
from dossiers.values import marshalled, texts

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

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
            "GetItem", {"TableName": self.name, "Key": marshalled(key._asdict()), "ConsistentRead": True}
        )
        return texts(answer["Item"]) if "Item" in answer else None

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
            "ExpressionAttributeValues": marshalled({":pk": key_range.pk, ":prefix": key_range.prefix}),
        }
        if key_range.also:
            others = {f":word{number}": word for number, word in enumerate(key_range.also)}
            request["FilterExpression"] = " AND ".join(f"contains(words, {other})" for other in others)
            request["ExpressionAttributeValues"] |= marshalled(others)
        if after is not None:
            request["ExclusiveStartKey"] = marshalled(key_range.at(after)._asdict())
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
                "ExpressionAttributeValues": marshalled({":group": group, ":identifier": external_identifier}),
            },
        )
        return next(iter(_values(answer, "row")), None)

    def write(self, puts: Sequence[Put], token: str) -> None:
        """Write all of these or none, in one transaction.

        `token`: the same for each attempt at the same transaction; one that succeeded without our hearing of it is then
        answered as a success. Raises Cancelled.
        """
        with translated():
            try:
                self._client.transact_write_items(
                    TransactItems=[{"Put": self._put(put)} for put in puts], ClientRequestToken=token
                )
            except self._client.exceptions.TransactionCanceledException as exc:
                reasons = list(zip(puts, exc.response["CancellationReasons"], strict=True))
                refused = {
                    put.key: texts(reason.get("Item", {})) for put, reason in reasons if reason["Code"] == _REFUSED
                }
                passing = any(reason["Code"] in _PASSING_REASONS for _, reason in reasons)
                if not refused and not passing:
                    raise
                raise Cancelled(refused, passing=passing) from exc

    def put(self, item: Item) -> None:
        """Write one item, whatever was there."""
        with translated():
            self._client.put_item(TableName=self.name, Item=marshalled(item))

    def delete(self, key: Key) -> None:
        """Delete one item, if it is there."""
        with translated():
            self._client.delete_item(TableName=self.name, Key=marshalled(key._asdict()))

    def disconnect(self) -> None:
        """Close all connections; the next request opens a new one."""
        self._client.close()
        self._direct = DirectReads(self._client)

    def _read(self, operation: Literal["GetItem", "Query"], request: dict[str, Any]) -> Any:
        """The answer to a read: the short way, or else botocore's."""
        with translated():
            answer = self._direct.answer(operation, request)
            if answer is None:
                ask: Any = {"GetItem": self._client.get_item, "Query": self._client.query}[operation]
                answer = ask(**request)
        return answer

    def _put(self, put: Put) -> Any:
        request: dict[str, Any] = {
            "TableName": self.name,
            "Item": marshalled(put.item),
            "ConditionExpression": put.condition,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if put.values:
            request["ExpressionAttributeValues"] = marshalled(put.values)
        return request


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


def _values(answer: Any, attribute: str) -> list[str]:
    """One text attribute of each item of a Query's answer."""
    if "Rows" in answer:
        rows: list[str] = answer["Rows"]
        return rows
    return [item[attribute]["S"] for item in answer["Items"]]
