"""A group that is too large to write to DynamoDB Local: its items are generated when they are read.

The responses, the counts and the capacity units follow the published rules of DynamoDB:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html

It supports the reads that the benchmarks send to the two tables of `database`. Any other read is an error.
"""

import json
import re
from collections.abc import Callable, Iterator
from math import ceil
from typing import Any

from benchmarks import database, interception
from benchmarks.implementations import PAIRS
from benchmarks.people import People
from dossiers.storage.attribute_values import serialize
from dossiers.storage.exchange import Response
from dossiers.storage.items import Item, Value

PAGE = 1024 * 1024
"""Bytes that a Query reads before it ends a page."""
UNIT = 4 * 1024
"""Bytes that one unit reads, strongly consistent."""

_KEYS = re.compile(r"pk = (:\w+)(?: AND begins_with\(sk, (:\w+)\))?")
_CONTAINS = re.compile(r"contains\(words, (:\w+)\)")

Parameters = dict[str, Any]
"""The parameters of an operation of DynamoDB."""


class GeneratedGroup:
    """One group in both tables, and the grant of its user."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._name = f"group-{size}"
        self._people = People(size)
        self._rest: dict[tuple[str, str], Iterator[Item]] = {}
        """Last key of a page -> the items of the key range that follow it."""

    def respond(self, request: interception.Request, _: interception.Send) -> Response:
        """The response to a request. Raises ValueError or KeyError for a read that it does not support."""
        operations: dict[str, Callable[[Parameters], dict[str, Any]]] = {"GetItem": self._get, "Query": self._query}
        parameters = json.loads(request.body)
        result = operations[request.operation](parameters)
        if parameters.get("ReturnConsumedCapacity") != "TOTAL":
            result.pop("ConsumedCapacity")
        body = json.dumps(result, separators=(",", ":"), ensure_ascii=False)  # with the spacing of DynamoDB
        return interception.ok(body.encode())

    def _get(self, parameters: Parameters) -> dict[str, Any]:
        if parameters["Key"] != {"pk": {"S": f"USER#user-{self._size}"}, "sk": {"S": f"GROUP#{self._name}"}}:
            raise ValueError("GetItem is supported for the grant only")
        return {"Item": parameters["Key"], "ConsumedCapacity": _consumed_capacity(parameters, 1)}

    def _query(self, parameters: Parameters) -> dict[str, Any]:
        values = {name: next(iter(value.values())) for name, value in parameters["ExpressionAttributeValues"].items()}
        keys = _KEYS.fullmatch(parameters["KeyConditionExpression"])
        filters = [_CONTAINS.fullmatch(part) for part in parameters.get("FilterExpression", "").split(" AND ") if part]
        if keys is None or None in filters or not parameters["ConsistentRead"]:
            raise ValueError("the expressions of this Query are not supported")
        words = {values[match[1]] for match in filters if match is not None}
        pk, prefix = values[keys[1]], values.get(keys[2], "")
        matches: list[Item] = []
        bytes_read = scanned = 0
        last: Item | None = None
        items = self._items(parameters["TableName"], pk, prefix, parameters.get("ExclusiveStartKey"))
        for item in items:
            bytes_read, scanned = bytes_read + size(item), scanned + 1
            if words <= set(item.get("words", ())):  # type: ignore[arg-type]  # a set, if the item has it
                matches.append(item)
            if bytes_read >= PAGE or scanned == parameters.get("Limit"):
                last = item
                break
        names = parameters.get("ExpressionAttributeNames", {})
        projection = [names.get(name, name) for name in parameters.get("ProjectionExpression", "").split(", ") if name]
        result = {
            "Items": [serialize({name: item[name] for name in projection or item}) for item in matches],
            "Count": len(matches),
            "ScannedCount": scanned,
            "ConsumedCapacity": _consumed_capacity(parameters, max(1, ceil(bytes_read / UNIT))),
        }
        if last is not None:
            result["LastEvaluatedKey"] = serialize({"pk": last["pk"], "sk": last["sk"]})
            self._rest[pk, str(last["sk"])] = items
        return result

    def _items(self, table: str, pk: str, prefix: str, start: Any) -> Iterator[Item]:
        """The items of a key range in the order of their keys, after the last key of a page if there is one."""
        if start is not None:
            return self._rest.pop((pk, start["sk"]["S"]))
        build_items = database.pair_items if table == PAIRS else database.word_items
        group, _, word = pk.removeprefix("GROUP#").partition("#WORD#")
        if group != self._name:
            raise ValueError(f"not a partition of {self._name}: {pk}")
        people = sorted(self._people.with_word(word) if word else self._people, key=lambda one: one.id)
        all_items = (item for one in people for item in build_items(group, one, searchable=bool(word)))
        in_range = (item for item in all_items if item["pk"] == pk and str(item["sk"]).startswith(prefix))
        # In a partition of a word, the sort key of a pair begins with the second word. The people are sorted by id.
        return iter(sorted(in_range, key=lambda item: str(item["sk"]))) if word else in_range


def size(item: Item) -> int:
    """The bytes of an item, as DynamoDB counts them."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Value) -> int:
    match value:
        case str():
            return len(value.encode())
        case int():
            return (len(str(value).strip("0")) + 1) // 2 + 1
        case dict():
            return 3 + sum(len(name.encode()) + _value_size(member) + 1 for name, member in value.items())
        case _:
            return sum(len(member.encode()) for member in value)


def _consumed_capacity(parameters: Parameters, units: float) -> dict[str, Any]:
    return {"TableName": parameters["TableName"], "CapacityUnits": float(units)}
