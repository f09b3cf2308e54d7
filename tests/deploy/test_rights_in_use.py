"""The rights in template.yaml are those that the functions use: none too few, which no test with a fake engine would
notice, and none too many.
"""

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest

from dossiers.storage.client import plain_client
from dossiers.usecases import access
from tests import handlers, tables
from tests.builders import a_body, an_event
from tests.conftest import MOTO
from tests.deploy.policy import LEADING_KEYS, Request, a_request, is_allowed, several
from tests.deploy.stack import INDEX, TABLE, dynamodb_of

DOSSIERS = "/api/v1/dossiers"
IN_GROUP = "/api/v1/dossier_groups/group/dossiers"
PARTITIONS = "ForAllValues:StringLike"


def needed_for(operation: str, request: dict[str, Any]) -> Iterator[Request]:
    """What a request to DynamoDB needs rights for."""
    match operation, request:
        case "Query", {"IndexName": _}:
            yield a_request("dynamodb:Query", INDEX)
        case "Query", {"KeyConditionExpression": condition, "ExpressionAttributeValues": values}:
            placeholder = re.search(r"\bpk = (:\w+)", condition)
            assert placeholder is not None
            yield a_request("dynamodb:Query", TABLE, values[placeholder[1]]["S"])
        case "GetItem", {"Key": key}:
            yield a_request("dynamodb:GetItem", TABLE, key["pk"]["S"])
        case "TransactWriteItems", {"TransactItems": operations}:
            for each in operations:
                assert set(each) == {"Put"}
                yield a_request("dynamodb:PutItem", TABLE, each["Put"]["Item"]["pk"]["S"], inside=operation)
        case _:
            raise AssertionError(f"{operation} is in no role")


def one_by_one(statement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rights that a statement gives: a statement for each of its actions and each of its partitions."""
    condition = statement.get("Condition", {})
    partitions = condition.get(PARTITIONS, {}).get(LEADING_KEYS, [None])
    for action, partition in product(several(statement["Action"]), partitions):
        narrower = {} if partition is None else {PARTITIONS: {LEADING_KEYS: [partition]}}
        yield statement | {"Action": action, "Condition": condition | narrower}


@pytest.fixture
def used() -> Iterator[list[Request]]:
    """A table on moto with one group granted; what is requested of it is added to the list."""
    found: list[Request] = []

    def record(params: dict[str, Any], model: Any, **_: Any) -> None:
        found.extend(needed_for(model.name, params))

    client = plain_client()
    with tables.on_moto(client) as table:
        access.grant(table, "user", ["group"], by="test")
        events = client.meta.events
        events.register("before-parameter-build.dynamodb", record)
        yield found
        events.unregister("before-parameter-build.dynamodb", record)


def use_index() -> None:
    handlers.call("GET", DOSSIERS)
    handlers.call("GET", DOSSIERS, "name=johanna")
    handlers.call("GET", DOSSIERS, "name=johanna+jansen+de")


def use_search() -> None:
    handlers.call("GET", IN_GROUP)
    handlers.call("GET", IN_GROUP, "name=johanna")
    handlers.call("GET", IN_GROUP, "external_identifier=unknown")
    # Invoked itself, it answers the index function's event too.
    handlers.invoke(an_event("GET", DOSSIERS, route=DOSSIERS), function="SearchFunction")


def use_create() -> None:
    headers = {"idempotency-key": "key"}
    for _ in range(2):
        handlers.call("POST", IN_GROUP, body=a_body(external_identifier="identifier"), headers=headers)


@pytest.mark.engine(MOTO)
@pytest.mark.parametrize(
    ("function", "use"), [("IndexFunction", use_index), ("SearchFunction", use_search), ("CreateFunction", use_create)]
)
def test_a_function_uses_the_rights_it_has_and_no_other(
    function: str, use: Callable[[], None], used: list[Request]
) -> None:
    statements = dynamodb_of(function)
    use()
    assert used
    assert [request for request in used if not is_allowed(statements, request)] == []
    rights = [right for statement in statements for right in one_by_one(statement)]
    needed = [[right for right in rights if is_allowed([right], request)] for request in used]
    assert [right for right in rights if [right] not in needed] == []
