"""Counts what the handlers send to DynamoDB for one request: round trips, items and capacity units.

DynamoDB Local counts the units of a transaction wrong. They are computed from the sizes of the items, by the published
rules of DynamoDB:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import ceil
from threading import Lock
from time import monotonic, sleep
from typing import Any

from benchmarks.database import Database
from benchmarks.generated_group import size
from benchmarks.implementations import PAIRS
from dossiers.domain.deadline import Deadline
from dossiers.storage.attribute_values import deserialize
from dossiers.storage.exchange import Response
from dossiers.storage.items import Item
from dossiers.storage.transport import Receive, Transport
from tests.recording import operation_of

# Longer than it takes to start parallel requests, so that they overlap.
LATENCY = 0.1
"""Seconds by which each request to DynamoDB is delayed."""

_WRITE_UNIT = 1024
"""Bytes that one unit writes. In a transaction, two units write them."""
_INDEXED = ("pk", "sk", "dossier_group_id", "external_identifier", "row")
"""The attributes that the index of identifiers has of a dossier with an external identifier."""

Span = tuple[float, float]
"""When a request to DynamoDB started and ended, in seconds."""


@dataclass(frozen=True)
class Counts:
    """What one request to the API sent to DynamoDB. `reads` and `writes`: capacity units."""

    operations: list[str]
    round_trips: int
    items_read: int
    items_written: int
    reads: float
    writes: int


def count(database: Database, send: Callable[[], Any], *, index_lags: bool = False) -> Counts:
    """What the handlers of this process send to DynamoDB when `send` calls them.

    `index_lags`: the index of identifiers returns nothing. The index of DynamoDB Local never lags behind the table.
    """
    counting = _Counting(database, index_lags=index_lags)
    with database.use_transport(counting):
        send()
    return Counts(
        counting.operations,
        count_round_trips(counting.spans),
        counting.items_read,
        counting.items_written,
        counting.read_units,
        counting.write_units,
    )


def count_round_trips(spans: list[Span]) -> int:
    """The number of groups of overlapping spans."""
    count, until = 0, 0.0
    for started, ended in sorted(spans):
        if started >= until:
            count += 1
        until = max(until, ended)
    return count


class _Counting(Transport):
    """Delays and counts each request."""

    def __init__(self, database: Database, *, index_lags: bool) -> None:
        super().__init__(database.engine.endpoint)
        self._client = database.engine.client()
        self._index_lags = index_lags
        self._counting = Lock()
        self.operations: list[str] = []
        self.spans: list[Span] = []
        self.items_read = self.items_written = self.write_units = 0
        self.read_units = 0.0

    def send(self, target: str, headers: Mapping[str, Any], body: bytes, deadline: Deadline) -> Receive:
        self.operations.append(operation_of(headers))
        parameters = json.loads(body)
        for write in parameters.get("TransactItems", []):
            self._count_write(write)
        body = json.dumps(parameters | {"ReturnConsumedCapacity": "TOTAL"}).encode()
        changed = {name: value for name, value in headers.items() if name.lower() != "content-length"}
        started = monotonic()
        receive = super().send(target, changed | {"content-length": str(len(body))}, body, deadline)

        def receive_and_count() -> Response:
            sleep(max(0, started + LATENCY - monotonic()))
            response = receive()
            self.spans.append((started, monotonic()))
            return self._count(parameters, response)

        return receive_and_count

    def _count(self, parameters: dict[str, Any], response: Response) -> Response:
        """Count what a response says of its costs. Returns it, or the response of an index that lags."""
        returned = json.loads(response.body)
        if self._index_lags and "IndexName" in parameters:
            returned |= {"Items": [], "Count": 0, "ScannedCount": 0, "ConsumedCapacity": {"CapacityUnits": 0}}
            response = replace(response, body=json.dumps(returned).encode())
        if "TransactItems" not in parameters:
            # DynamoDB charges for a read that finds nothing. DynamoDB Local does not, if the read is a Query.
            least = 1 if parameters.get("ConsistentRead") else 0.5
            with self._counting:
                self.items_read += returned.get("ScannedCount", "Item" in returned)
                self.read_units += max(least, returned["ConsumedCapacity"]["CapacityUnits"])
        return response

    def _count_write(self, write: dict[str, Any]) -> None:
        """Count a Put or a Delete that is about to be sent."""
        [(kind, parameters)] = write.items()
        new = deserialize(parameters["Item"]) if kind == "Put" else None
        key = {name: parameters["Item" if kind == "Put" else "Key"][name] for name in ("pk", "sk")}
        stored = self._client.get_item(TableName=PAIRS, Key=key, ConsistentRead=True).get("Item")
        old = None if stored is None else deserialize(stored)
        self.items_written += 1
        self.write_units += count_write_units(old, new)


def count_write_units(old: Item | None, new: Item | None) -> int:
    """The units of a write in a transaction that replaces an item; None: there is no item. The index is included."""
    largest = max(size(item) for item in (old, new) if item is not None)
    in_index = [_projection(item) for item in (old, new)]
    return 2 * ceil(largest / _WRITE_UNIT) + _count_index_units(*in_index)


def _projection(item: Item | None) -> Item | None:
    """What the index of identifiers has of an item; None if it has nothing of it."""
    if item is None or not {"dossier_group_id", "external_identifier"} <= item.keys():
        return None
    return {name: item[name] for name in _INDEXED}


def _count_index_units(old: Item | None, new: Item | None) -> int:
    """The units of a write of the index. It costs nothing if nothing changes there, and twice for another key."""
    if old == new:
        return 0
    is_same_key = old is not None and new is not None and old["external_identifier"] == new["external_identifier"]
    writes = [[old, new]] if is_same_key else [[old], [new]]
    return sum(
        ceil(max(size(item) for item in present) / _WRITE_UNIT)
        for write in writes
        if (present := [item for item in write if item is not None])
    )
