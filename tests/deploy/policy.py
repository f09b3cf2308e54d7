"""Decides whether IAM allows a request, given the policy statements of a role.

It implements the elements and operators that template.yaml uses, and Deny. A statement with anything else raises
NotImplementedError, so that no test passes because of a statement that was not evaluated.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

LEADING_KEYS = "dynamodb:LeadingKeys"
ENCLOSING_OPERATION = "dynamodb:EnclosingOperation"
VIA_SERVICE = "kms:ViaService"

Statement = Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """A request to AWS, as IAM evaluates it."""

    action: str
    """For example `dynamodb:GetItem`."""
    resource: str
    """The ARN of the resource."""
    context: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Condition key -> its values. A key that the request does not have is absent."""


def a_request(action: str, resource: str, *partitions: str, inside: str | None = None) -> Request:
    """A request to DynamoDB for items of these partitions, in the enclosing operation `inside` or in none."""
    context: dict[str, Sequence[str]] = {}
    if partitions:
        context[LEADING_KEYS] = partitions
    if inside is not None:
        context[ENCLOSING_OPERATION] = [inside]
    return Request(action, resource, context)


def is_allowed(statements: Iterable[Statement], request: Request) -> bool:
    """Whether a statement allows the request and none denies it."""
    effects = {statement["Effect"] for statement in statements if _applies(statement, request)}
    return effects == {"Allow"}


def as_list(value: Any) -> list[Any]:
    """The values of a policy element, which IAM accepts with or without a list if there is one."""
    return value if isinstance(value, list) else [value]


def _applies(statement: Statement, request: Request) -> bool:
    unknown = set(statement) - {"Sid", "Effect", "Action", "Resource", "Condition"}
    if unknown or statement["Effect"] not in ("Allow", "Deny"):
        raise NotImplementedError(f"a statement with {unknown or statement['Effect']}")
    return (
        # IAM ignores the case of actions.
        any(_is_like(request.action.lower(), action.lower()) for action in as_list(statement["Action"]))
        and any(_is_like(request.resource, resource) for resource in as_list(statement["Resource"]))
        and all(
            _holds(operator, as_list(values), request.context.get(key, ()))
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _holds(operator: str, expected: list[str], actual: Sequence[str]) -> bool:
    """Whether the request's values of a condition key satisfy a condition. `actual` is empty if the key is absent."""
    match operator:
        case "StringEquals":  # for a key with one value
            return len(actual) == 1 and actual[0] in expected
        case "ForAllValues:StringLike":  # true if there is no value
            return all(any(_is_like(value, pattern) for pattern in expected) for value in actual)
        case "ForAnyValue:StringEquals":  # false if there is no value
            return any(value in expected for value in actual)
        case "Null":  # "true": the key is absent; "false": the key is present
            return expected == ["false" if actual else "true"]
        case _:
            raise NotImplementedError(f"the operator {operator}")


def _is_like(value: str, pattern: str) -> bool:
    return _compile(pattern).fullmatch(value) is not None


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    """The regular expression of an IAM pattern: `*` is any text, `?` is any character."""
    wildcards = {"*": ".*", "?": "."}
    return re.compile("".join(wildcards.get(char) or re.escape(char) for char in pattern), re.DOTALL)
