"""Answers to the reads of a group so large that it is made up as it is read: what DynamoDB would answer, and what it
would have read and charged for that, by its published rules.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html

Only for reads of the two tables of `world`, and only of the shapes that are sent here; any other is an error.
"""

import json
import re
from collections.abc import Callable, Iterator
from math import ceil
from typing import Any

from benchmarks import wire, world
from benchmarks.people import People
from benchmarks.sides import PAIRS
from dossiers.storage.attribute_values import serialize
from dossiers.storage.exchange import Response
from dossiers.storage.items import Item, Value

PAGE = 1024 * 1024
"""Bytes that a Query reads before it answers."""
UNIT = 4 * 1024
"""Bytes that one unit reads, strongly consistent."""

_KEYS = re.compile(r"pk = (:\w+)(?: AND begins_with\(sk, (:\w+)\))?")
_CONTAINS = re.compile(r"contains\(words, (:\w+)\)")


class Group:
    """One group in both tables, and the user who may see it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._name = f"group-{size}"
        self._people = People(size)
        self._open: dict[tuple[str, str], Iterator[Item]] = {}

    def send(self, request: wire.Request, _: wire.Send) -> Response:
        """Answer a request in DynamoDB's place."""
        answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"GetItem": self._get, "Query": self._query}
        asked = json.loads(request.body)
        answer = answers[request.operation](asked)
        if asked.get("ReturnConsumedCapacity") != "TOTAL":
            answer.pop("ConsumedCapacity")
        body = json.dumps(answer, separators=(",", ":"), ensure_ascii=False)  # as DynamoDB spaces it
        return wire.response(body.encode())

    def _get(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["Key"] != {"pk": {"S": f"USER#user-{self._size}"}, "sk": {"S": f"GROUP#{self._name}"}}:
            raise ValueError("only the grant is read item by item")
        return {"Item": asked["Key"], "ConsumedCapacity": _consumed(asked, 1)}

    def _query(self, asked: dict[str, Any]) -> dict[str, Any]:
        values = {name: next(iter(value.values())) for name, value in asked["ExpressionAttributeValues"].items()}
        keys = _KEYS.fullmatch(asked["KeyConditionExpression"])
        wanted = [_CONTAINS.fullmatch(part) for part in asked.get("FilterExpression", "").split(" AND ") if part]
        if keys is None or None in wanted or not asked["ConsistentRead"]:
            raise ValueError("a read of another shape")
        words = {values[match[1]] for match in wanted if match is not None}
        pk, prefix = values[keys[1]], values.get(keys[2], "")
        found: list[Item] = []
        read = scanned = 0
        last: Item | None = None
        items = self._items(asked["TableName"], pk, prefix, asked.get("ExclusiveStartKey"))
        for item in items:
            read, scanned = read + size(item), scanned + 1
            if words <= set(item.get("words", ())):  # type: ignore[arg-type]  # a set, where there is one
                found.append(item)
            if read >= PAGE or scanned == asked.get("Limit"):
                last = item
                break
        names = asked.get("ExpressionAttributeNames", {})
        shown = [names.get(name, name) for name in asked.get("ProjectionExpression", "").split(", ") if name]
        answer = {
            "Items": [serialize({name: item[name] for name in shown or item}) for item in found],
            "Count": len(found),
            "ScannedCount": scanned,
            "ConsumedCapacity": _consumed(asked, max(1, ceil(read / UNIT))),
        }
        if last is not None:
            answer["LastEvaluatedKey"] = serialize({"pk": last["pk"], "sk": last["sk"]})
            self._open[pk, str(last["sk"])] = items
        return answer

    def _items(self, table: str, pk: str, prefix: str, start: Any) -> Iterator[Item]:
        """The items of a key range, in the order of their keys, behind the one that a page ended at."""
        if start is not None:
            return self._open.pop((pk, start["sk"]["S"]))
        items_of = world.pair_items if table == PAIRS else world.word_items
        group, _, word = pk.removeprefix("GROUP#").partition("#WORD#")
        if group != self._name:
            raise ValueError(f"not a partition of {self._name}: {pk}")
        people = sorted(self._people.having(word) if word else self._people, key=lambda one: one.id)
        made = (item for one in people for item in items_of(group, one, searchable=bool(word)))
        in_range = (item for item in made if item["pk"] == pk and str(item["sk"]).startswith(prefix))
        # Of a word that is the first of several pairs, the second word goes before the id.
        return iter(sorted(in_range, key=lambda item: str(item["sk"]))) if word else in_range


def size(item: Item) -> int:
    """The bytes of an item as DynamoDB counts them."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: Value) -> int:
    match value:
        case str():
            return len(value.encode())
        case int():
            return (len(str(value).strip("0")) + 1) // 2 + 1
        case _:
            return sum(len(member.encode()) for member in value)


def _consumed(asked: dict[str, Any], units: float) -> dict[str, Any]:
    return {"TableName": asked["TableName"], "CapacityUnits": float(units)}
