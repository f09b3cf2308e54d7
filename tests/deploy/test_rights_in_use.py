"""The rights in template.yaml are those that the functions use: none too few, which no test with a fake engine would
notice, and none too many.
"""

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from moto import mock_aws

from dossiers import access, connection
from dossiers.client import plain_client
from local import template
from tests import handlers
from tests.builders import a_body, an_event
from tests.conftest import MOTO
from tests.deploy.stack import INDEX, ROOT, TABLE, dynamodb_of

DOSSIERS = "/api/v1/dossiers"
IN_GROUP = "/api/v1/dossier_groups/group/dossiers"

Use = tuple[str, Any, str]
"""An action, the resource it is done to, and the partition."""


def uses(operation: str, request: dict[str, Any]) -> Iterator[Use]:
    """What a request to DynamoDB needs rights for."""
    match operation, request:
        case "Query", {"IndexName": _}:
            yield "dynamodb:Query", INDEX, ""
        case "Query", {"KeyConditionExpression": condition, "ExpressionAttributeValues": values}:
            placeholder = re.search(r"\bpk = (:\w+)", condition)
            assert placeholder is not None
            yield "dynamodb:Query", TABLE, values[placeholder[1]]["S"]
        case "GetItem", {"Key": key}:
            yield "dynamodb:GetItem", TABLE, key["pk"]["S"]
        case "TransactWriteItems", {"TransactItems": operations}:
            for each in operations:
                assert set(each) == {"Put"}
                yield "dynamodb:PutItem", TABLE, each["Put"]["Item"]["pk"]["S"]
        case _:
            raise AssertionError(f"{operation} is in no role")


def granted(function: str) -> list[Use]:
    """What a function's role allows; the partition is a pattern."""
    return [
        (action, resource, partition)
        for actions, resource, partitions in dynamodb_of(function)
        for action in actions
        for partition in partitions or ["*"]
    ]


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Use]]:
    """A table on moto with one group granted; what is asked of it is added to the list."""
    found: list[Use] = []

    def record(params: dict[str, Any], model: Any, **_: Any) -> None:
        found.extend(uses(model.name, params))

    with mock_aws():
        client = plain_client()
        table = connection.of_client(client, "dossiers-test")
        monkeypatch.setattr(connection, "connect", lambda _: table)
        template.create_table(client, table.name)
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
    handlers.handler(ROOT / "functions" / "search")(an_event("GET", DOSSIERS, route=DOSSIERS), None)


def use_create() -> None:
    headers = {"idempotency-key": "key"}
    for _ in range(2):
        handlers.call("POST", IN_GROUP, body=a_body(external_identifier="identifier"), headers=headers)


@pytest.mark.engine(MOTO)
@pytest.mark.parametrize(
    ("function", "use"), [("IndexFunction", use_index), ("SearchFunction", use_search), ("CreateFunction", use_create)]
)
def test_a_function_uses_the_rights_it_has_and_no_other(
    function: str, use: Callable[[], None], used: list[Use]
) -> None:
    rights = granted(function)
    use()
    needed = [
        [right for right in rights if right[:2] == (action, resource) and fnmatchcase(partition, right[2])]
        for action, resource, partition in used
    ]
    assert [each for each, found in zip(used, needed, strict=True) if not found] == []
    assert [right for right in rights if [right] not in needed] == []
