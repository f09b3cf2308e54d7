"""The table: every request to DynamoDB is made here. Every read of the table itself is strongly consistent."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dossiers.domain.deadline import NEVER, Deadline
from dossiers.domain.errors import Cause, DatabaseError
from dossiers.storage.attribute_values import deserialize, serialize
from dossiers.storage.items import INDEX_BY_EXTERNAL_IDENTIFIER, Item, Key, KeyRange, Put, Write
from dossiers.storage.operations import Reads, ScanPage, TransactionCancelled, Writes

_CONDITION_FAILED = "ConditionalCheckFailed"
_RETRYABLE = {
    "TransactionConflict": Cause.CONFLICT,
    "ThrottlingError": Cause.THROTTLED,
    "ProvisionedThroughputExceeded": Cause.THROTTLED,
}


class Cancelled(Exception):
    """Nothing of a transaction was written.

    `failed_conditions`: the keys whose condition did not hold -> the attributes of the item that is there.
    `cause`: why the same transaction may succeed later: another one, or throttling, was in the way; else None.
    """

    def __init__(self, failed_conditions: dict[Key, Item], cause: Cause | None) -> None:
        super().__init__(f"{len(failed_conditions)} conditions failed, cause: {cause}")
        self.failed_conditions = failed_conditions
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

    def get(self, key: Key) -> Item | None:
        """The attributes of an item, or None when it is not there."""
        request = {"TableName": self.name, "Key": serialize(key._asdict()), "ConsistentRead": True}
        item = self.reads.get_item(request, self.deadline)
        return None if item is None else deserialize(item)

    def pages(
        self, key_range: KeyRange, attribute: str, *, after: str | None = None, limit: int | None = None
    ) -> Iterator[list[str]]:
        """One text attribute of each item of a range, page by page as DynamoDB returns them, in key order.

        `after`: only items behind the one of this id. `limit`: items a page; without it, a page is what DynamoDB
        reads at once, 1 MB. A page can be empty, the last one too.
        """
        request: dict[str, Any] = {
            "TableName": self.name,
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ProjectionExpression": "#attribute",
            "ExpressionAttributeNames": {"#attribute": attribute},
            "ExpressionAttributeValues": serialize({":pk": key_range.pk, ":prefix": key_range.prefix}),
        }
        if key_range.filter_words:
            others = {f":word{number}": word for number, word in enumerate(key_range.filter_words)}
            request["FilterExpression"] = " AND ".join(f"contains(words, {other})" for other in others)
            request["ExpressionAttributeValues"] |= serialize(others)
        if after is not None:
            request["ExclusiveStartKey"] = serialize(key_range.at(after)._asdict())
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
            "ExpressionAttributeValues": serialize({":group": group, ":identifier": external_identifier}),
        }
        return next(iter(self.reads.query(request, "row", self.deadline).values), None)

    def scan(self, prefix: str, *, limit: int, after: Key | None = None) -> tuple[list[Item], Key | None]:
        """A page of the items of all partitions whose sort key begins with `prefix`, and the key to continue `after`.

        A page reads at most `limit` items, and returns those that match: often none. The key is None at the end.
        """
        page = self._scan(prefix, after, {"ConsistentRead": True, "Limit": limit})
        return [deserialize(item) for item in page.items], _key(page)

    def count(self, prefix: str, *, limit: int, after: Key | None = None) -> tuple[int, Key | None]:
        """How many items a page of `scan` has, and the key to continue `after`.

        The count is an estimate: it reads with eventual consistency, which costs half.
        """
        page = self._scan(prefix, after, {"Select": "COUNT", "Limit": limit})
        return page.count, _key(page)

    def write(self, writes: Sequence[Write], token: str | None = None) -> None:
        """Carry out all of these or none, in one transaction of at most 100.

        `token`: the same for each attempt at the same transaction. An attempt whose response was lost, and which had
        succeeded, then succeeds again. Raises Cancelled.
        """
        request: dict[str, Any] = {"TransactItems": [self._serialize(write) for write in writes]}
        if token is not None:
            request["ClientRequestToken"] = token
        try:
            self.writes().transact_write_items(request, self.deadline)
        except TransactionCancelled as exc:
            failed = {
                write.key: deserialize(reason.get("Item", {}))
                for write, reason in zip(writes, exc.reasons, strict=True)
                if reason["Code"] == _CONDITION_FAILED
            }
            causes = [_RETRYABLE[reason["Code"]] for reason in exc.reasons if reason["Code"] in _RETRYABLE]
            if not failed and not causes:
                raise DatabaseError(str(exc), "TransactWriteItems") from exc
            raise Cancelled(failed, next(iter(causes), None)) from exc

    def disconnect(self) -> None:
        """Close all connections; the next request opens a new one."""
        self.reads.close()

    def _scan(self, prefix: str, after: Key | None, options: dict[str, Any]) -> ScanPage:
        request: dict[str, Any] = {
            "TableName": self.name,
            "FilterExpression": "begins_with(sk, :prefix)",
            "ExpressionAttributeValues": serialize({":prefix": prefix}),
            **options,
        }
        if after is not None:
            request["ExclusiveStartKey"] = serialize(after._asdict())
        return self.reads.scan(request, self.deadline)

    def _serialize(self, write: Write) -> dict[str, Any]:
        """A write as TransactWriteItems takes it."""
        request: dict[str, Any] = {"TableName": self.name}
        if isinstance(write, Put):
            request["Item"] = serialize(write.item)
        else:
            request["Key"] = serialize(write.key._asdict())
        if write.condition is not None:
            request["ConditionExpression"] = write.condition.expression
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
            if write.condition.names:
                request["ExpressionAttributeNames"] = dict(write.condition.names)
            if write.condition.values:
                request["ExpressionAttributeValues"] = serialize(write.condition.values)
        return {type(write).__name__: request}


def _key(page: ScanPage) -> Key | None:
    """The key that the page ends with; None for the last page."""
    if page.last_key is None:
        return None
    key = deserialize(page.last_key)
    return Key(str(key["pk"]), str(key["sk"]))
