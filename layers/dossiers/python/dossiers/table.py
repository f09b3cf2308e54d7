"""The table: every request to DynamoDB is made here. Every read of the table itself is strongly consistent."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dossiers.deadline import NEVER, Deadline
from dossiers.errors import Cause, DatabaseError
from dossiers.items import INDEX_BY_EXTERNAL_IDENTIFIER, Item, Key, KeyRange, Put
from dossiers.operations import Reads, TransactionCancelled, Writes
from dossiers.values import marshalled, texts

_CONDITION_FAILED = "ConditionalCheckFailed"
_RETRYABLE = {
    "TransactionConflict": Cause.CONFLICT,
    "ThrottlingError": Cause.THROTTLED,
    "ProvisionedThroughputExceeded": Cause.THROTTLED,
}


class Cancelled(Exception):
    """Nothing of a transaction was written.

    `refused`: the keys whose condition did not hold -> the attributes of the item that is there.
    `cause`: why the same transaction may succeed later: another one, or throttling, was in the way; else None.
    """

    def __init__(self, refused: dict[Key, dict[str, str]], cause: Cause | None) -> None:
        super().__init__(f"{len(refused)} conditions failed, cause: {cause}")
        self.refused = refused
        self.cause = cause


@dataclass(frozen=True)
class Table:
    """The one table. Methods raise TryAgain when DynamoDB throttles or is out of reach, or the deadline is over.

    `writes` is called at the first write: what it returns takes long to load.
    """

    name: str
    reads: Reads
    writes: Callable[[], Writes]
    deadline: Deadline = NEVER

    def until(self, deadline: Deadline) -> "Table":
        """The same table, for a request that must be answered by then."""
        return replace(self, deadline=deadline)

    def get(self, key: Key) -> dict[str, str] | None:
        """The text and number attributes of an item, or None when it is not there."""
        request = {"TableName": self.name, "Key": marshalled(key._asdict()), "ConsistentRead": True}
        item = self.reads.get_item(request, self.deadline)
        return None if item is None else texts(item)

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
            page = self.reads.query(request, attribute, self.deadline)
            yield page.values
            if page.last_key is None:
                return
            request["ExclusiveStartKey"] = page.last_key

    def row_by_external_identifier(self, group: str, external_identifier: str) -> str | None:
        """The row of the dossier with this identifier, from the GSI: which may not have seen a new one yet."""
        request = {
            "TableName": self.name,
            "IndexName": INDEX_BY_EXTERNAL_IDENTIFIER,
            "KeyConditionExpression": "dossier_group_id = :group AND external_identifier = :identifier",
            "ProjectionExpression": "#row",
            "ExpressionAttributeNames": {"#row": "row"},
            "ExpressionAttributeValues": marshalled({":group": group, ":identifier": external_identifier}),
        }
        return next(iter(self.reads.query(request, "row", self.deadline).values), None)

    def write(self, puts: Sequence[Put], token: str) -> None:
        """Write all of these or none, in one transaction.

        `token`: the same for each attempt at the same transaction; one that succeeded without our hearing of it is then
        answered as a success. Raises Cancelled.
        """
        request = {"TransactItems": [{"Put": self._put(put)} for put in puts], "ClientRequestToken": token}
        try:
            self.writes().transact_write_items(request, self.deadline)
        except TransactionCancelled as exc:
            failed = {
                put.key: texts(reason.get("Item", {}))
                for put, reason in zip(puts, exc.reasons, strict=True)
                if reason["Code"] == _CONDITION_FAILED
            }
            causes = [_RETRYABLE[reason["Code"]] for reason in exc.reasons if reason["Code"] in _RETRYABLE]
            if not failed and not causes:
                raise DatabaseError(str(exc), "TransactWriteItems") from exc
            raise Cancelled(failed, next(iter(causes), None)) from exc

    def put(self, item: Item) -> None:
        """Write one item, whatever was there."""
        self.writes().put_item({"TableName": self.name, "Item": marshalled(item)}, self.deadline)

    def delete(self, key: Key) -> None:
        """Delete one item, if it is there."""
        self.writes().delete_item({"TableName": self.name, "Key": marshalled(key._asdict())}, self.deadline)

    def disconnect(self) -> None:
        """Close all connections; the next request opens a new one."""
        self.reads.close()

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
