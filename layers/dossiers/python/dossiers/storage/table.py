"""The table: every request to DynamoDB is made here. Every read of the table itself is strongly consistent."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from dossiers.domain.deadline import NEVER, Deadline
from dossiers.domain.errors import Cause, DatabaseError
from dossiers.storage.attribute_values import deserialize, serialize
from dossiers.storage.items import INDEX_BY_EXTERNAL_IDENTIFIER, Item, Key, KeyRange, Put, Write, parse_dossier_sort_key
from dossiers.storage.operations import ItemsPage, QueryPage, Reads, TransactionCancelled, Writes

P = TypeVar("P", QueryPage, ItemsPage)

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
        self, key_ranges: Sequence[KeyRange], attribute: str, *, after: str | None = None, limit: int | None = None
    ) -> list[Iterator[list[str]]]:
        """One text attribute of each item of each range, page by page as DynamoDB returns them, in key order.

        The first pages of all ranges are read at the same time, before this returns. Each further page is read when it
        is iterated to. `after`: only items behind the one of this id. `limit`: items a page of a range without a
        filter; else a page is what DynamoDB reads at once, 1 MB. A page can be empty, the last one too.
        """
        projection = {"ProjectionExpression": "#attribute", "ExpressionAttributeNames": {"#attribute": attribute}}
        requests = [
            # A filter drops some of what was read, so that small pages would be many requests for few items.
            self._range_request(key_range, after, limit if key_range.filter is None else None) | projection
            for key_range in key_ranges
        ]
        first = self.reads.query(requests, attribute, self.deadline)
        return [self._values(page, request, attribute) for page, request in zip(first, requests, strict=True)]

    def _values(self, first: QueryPage, request: dict[str, Any], attribute: str) -> Iterator[list[str]]:
        def read() -> QueryPage:
            return self.reads.query([request], attribute, self.deadline)[0]

        for page in _follow(first, read, request):
            yield page.values

    def grants(
        self, key_range: KeyRange, *, after: str | None = None, limit: int | None = None
    ) -> Iterator[list[Item]]:
        """The sort keys and the roles of the grants in a range, page by page as DynamoDB returns them, in key order.

        `after` and `limit` as for `pages`.
        """
        request = self._range_request(key_range, after, limit)
        request |= {"ProjectionExpression": "sk, #role", "ExpressionAttributeNames": {"#role": "role"}}

        def read() -> ItemsPage:
            return self.reads.query_items(request, self.deadline)

        for page in _follow(read(), read, request):
            yield [deserialize(item) for item in page.items]

    def dossier_id_by_external_identifier(self, group: str, external_identifier: str) -> str | None:
        """The id of the dossier that has this identifier by the GSI, which may lag behind the table.

        The GSI can lack a new dossier, and return one that has another identifier by now or was deleted.
        """
        request = {
            "TableName": self.name,
            "IndexName": INDEX_BY_EXTERNAL_IDENTIFIER,
            "KeyConditionExpression": "dossier_group_id = :group AND external_identifier = :identifier",
            "ProjectionExpression": "sk",
            "ExpressionAttributeValues": serialize({":group": group, ":identifier": external_identifier}),
        }
        [page] = self.reads.query([request], "sk", self.deadline)
        return parse_dossier_sort_key(page.values[0]) if page.values else None

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

    def _range_request(self, key_range: KeyRange, after: str | None, limit: int | None) -> dict[str, Any]:
        """A Query of a range, without its projection."""
        request: dict[str, Any] = {
            "TableName": self.name,
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": serialize({":pk": key_range.pk, ":prefix": key_range.prefix}),
        }
        if key_range.filter is not None:
            request["FilterExpression"] = key_range.filter.expression
            request["ExpressionAttributeValues"] |= serialize(key_range.filter.values)
        if after is not None:
            request["ExclusiveStartKey"] = serialize(key_range.at(after)._asdict())
        if limit is not None:
            request["Limit"] = limit
        return request

    def _scan(self, prefix: str, after: Key | None, options: dict[str, Any]) -> ItemsPage:
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
            if write.condition.values:
                request["ExpressionAttributeValues"] = serialize(write.condition.values)
        return {type(write).__name__: request}


def _follow(page: P, read: Callable[[], P], request: dict[str, Any]) -> Iterator[P]:
    """The first page, and the pages behind it. `read` sends the request, whose start key this sets before each call."""
    yield page
    while page.last_key is not None:
        request["ExclusiveStartKey"] = page.last_key
        page = read()
        yield page


def _key(page: ItemsPage) -> Key | None:
    """The key that the page ends with; None for the last page."""
    if page.last_key is None:
        return None
    key = deserialize(page.last_key)
    return Key(str(key["pk"]), str(key["sk"]))
