"""DynamoDB's typed values: a text is written `{"S": "text"}`."""

from collections.abc import Mapping
from typing import Any

from dossiers.storage.items import Item, Value


def serialize(values: Mapping[str, Value]) -> dict[str, Any]:
    """Attributes as DynamoDB takes them."""
    return {name: _serialize(value) for name, value in values.items()}


def _serialize(value: Value) -> dict[str, Any]:
    match value:
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case frozenset():
            return {"SS": sorted(value)}
        case dict():
            return {"M": serialize(value)}


def deserialize(attributes: Mapping[str, Any]) -> Item:
    """Attributes as the service uses them. Raises ValueError for a type that no item of the table has."""
    return {name: _deserialize(value) for name, value in attributes.items()}


def _deserialize(value: Mapping[str, Any]) -> Value:
    match value:
        case {"S": str(text)}:
            return text
        case {"N": str(number)}:
            return int(number)
        case {"SS": list(texts)}:
            return frozenset(texts)
        case {"M": dict(fields)}:
            return {name: str(_deserialize(field)) for name, field in fields.items()}
    raise ValueError(f"the table has no values of the type {next(iter(value), None)}")
