"""DynamoDB's typed values: a text is written `{"S": "text"}`.

Pure.
"""

from collections.abc import Mapping
from typing import Any

from dossiers.items import Value


def marshalled(values: Mapping[str, Value]) -> dict[str, Any]:
    """Attributes as DynamoDB takes them."""
    return {name: _written(value) for name, value in values.items()}


def _written(value: Value) -> dict[str, Any]:
    match value:
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case frozenset():
            return {"SS": sorted(value)}
        case dict():
            return {"M": marshalled(value)}


def texts(item: Any) -> dict[str, str]:
    """An item's attributes that are texts or numbers, as text."""
    return {name: text for name, value in item.items() for kind, text in value.items() if kind in "SN"}
