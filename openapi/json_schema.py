"""Parts of JSON schemas, in forms that generators of clients accept: a `const` is a scalar, `items` is a schema."""

from collections.abc import Mapping, Sequence
from typing import Any

Schema = dict[str, Any]


def ref(name: str, section: str = "schemas") -> Schema:
    """A reference to a component of the document."""
    return {"$ref": f"#/components/{section}/{name}"}


def closed_object(properties: Mapping[str, Schema], *, required: Sequence[str] | None = None, **more: Any) -> Schema:
    """An object with these properties and no others. All are required, unless `required` names them."""
    names = list(properties) if required is None else list(required)
    return {
        "type": "object",
        **more,
        "properties": dict(properties),
        **({"required": names} if names else {}),
        "additionalProperties": False,
    }


def nullable(schema: Schema) -> Schema:
    """The schema of a value that may also be null."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    changed = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        changed["enum"] = [*schema["enum"], None]
    return changed


def constant(value: str) -> Schema:
    """The schema of one text."""
    return {"type": "string", "const": value}


def of_length(length: int, **schema: Any) -> Schema:
    """The schema of an array with exactly `length` items."""
    return {"type": "array", **schema, "minItems": length, "maxItems": length}


def anchor(pattern: str) -> str:
    """The pattern, with anchors. Without them, a pattern in a JSON schema matches a part of a text."""
    return f"^(?:{pattern})$"
