"""Whether IAM allows a request to DynamoDB by the statements of a role.

Only what template.yaml uses is evaluated. Anything else in a statement raises, so that no test passes for a statement
that was not understood.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

LEADING_KEYS = "dynamodb:LeadingKeys"
ENCLOSING_OPERATION = "dynamodb:EnclosingOperation"

Context = Mapping[str, Sequence[str]]
"""Condition key -> its values in a request. A key that the request does not have is absent."""


class Request(NamedTuple):
    """What a role needs a right for: an action on a resource, in the context of a request."""

    action: str
    resource: Any
    context: Context


def a_request(action: str, resource: Any, *partitions: str, inside: str | None = None) -> Request:
    """A request for items of these partitions; `inside` is the operation, such as a transaction, that encloses it."""
    context: dict[str, Sequence[str]] = {}
    if partitions:
        context[LEADING_KEYS] = partitions
    if inside is not None:
        context[ENCLOSING_OPERATION] = [inside]
    return Request(action, resource, context)


def is_allowed(statements: Iterable[Mapping[str, Any]], request: Request) -> bool:
    """Whether one of the statements allows the request."""
    return any(_allows(statement, request) for statement in statements)


def several(value: Any) -> list[Any]:
    """IAM takes one of a thing without a list."""
    return value if isinstance(value, list) else [value]


def _allows(statement: Mapping[str, Any], request: Request) -> bool:
    unknown = set(statement) - {"Sid", "Effect", "Action", "Resource", "Condition"}
    if unknown or statement["Effect"] != "Allow":
        raise NotImplementedError(f"a statement with {unknown or statement['Effect']}")
    return (
        request.action in several(statement["Action"])
        and request.resource in several(statement["Resource"])
        and all(
            _holds(operator, several(values), request.context.get(key, ()))
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _holds(operator: str, expected: list[str], actual: Sequence[str]) -> bool:
    """Whether the values of a request, none for a key that it does not have, meet a condition."""
    match operator:
        case "ForAllValues:StringLike":  # also without any value
            return all(any(_is_like(value, pattern) for pattern in expected) for value in actual)
        case "ForAnyValue:StringEquals":  # never without a value
            return any(value in expected for value in actual)
        case "Null":  # "true": the request does not have the key; "false": it does
            return expected == ["false" if actual else "true"]
        case _:
            raise NotImplementedError(f"the operator {operator}")


def _is_like(value: str, pattern: str) -> bool:
    """`*` is any text, `?` is any character; letters are compared with their case."""
    wildcards = {"*": ".*", "?": "."}
    return (
        re.fullmatch("".join(wildcards.get(char) or re.escape(char) for char in pattern), value, re.DOTALL) is not None
    )
