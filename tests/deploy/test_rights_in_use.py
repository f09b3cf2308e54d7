"""The functions use all rights that template.yaml gives them, and need no others.

moto and DynamoDB Local do not check rights, so no other test fails when a right is missing.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dossiers.domain.content import Content
from dossiers.domain.roles import Role
from dossiers.storage.client import plain_client
from dossiers.usecases import access, creating
from tests import handlers, tables
from tests.builders import a_body, an_event
from tests.conftest import MOTO
from tests.deploy.policy import LEADING_KEYS, Request, a_request, is_allowed
from tests.deploy.stack import FUNCTIONS, INDEX, TABLE, statements_of
from tests.deploy.table_requests import table_requests

DOSSIERS = "/api/v1/dossiers"
IN_GROUP = "/api/v1/dossier_groups/group/dossiers"
DOSSIER_ID = "59abe42d-ad25-4273-95ef-86444705e8d3"
DOSSIER = f"{IN_GROUP}/{DOSSIER_ID}"


def iam_requests(operation: str, request: dict[str, Any]) -> Iterator[Request]:
    """The requests that IAM checks for one call of DynamoDB: one for each operation of a transaction."""
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
                [(kind, write)] = each.items()
                key = write["Item"] if kind == "Put" else write["Key"]
                yield a_request(f"dynamodb:{kind}Item", TABLE, key["pk"]["S"], inside=operation)
        case _:
            raise AssertionError(f"no role allows {operation}")


Right = tuple[str, str, str | None]
"""Action, resource, and the kind of partition that the request names, for example `GROUP`; None for the index."""


def right_to(request: Request) -> Right:
    if request.resource == INDEX:
        return request.action, request.resource, None
    (partition,) = request.context[LEADING_KEYS]
    return request.action, request.resource, partition.split("#")[0]


def rights_of(function: str) -> set[Right]:
    """The rights that a function has to items of one partition, whatever operation encloses the request."""
    statements = statements_of(function)
    return {
        right_to(request)
        for request in table_requests()
        if len(request.context.get(LEADING_KEYS, ())) == 1 and is_allowed(statements, request)
    }


@pytest.fixture
def used() -> Iterator[list[Request]]:
    """The requests to a table on moto, in which one group with one dossier is granted. Later ones are added."""
    found: list[Request] = []

    def record(params: dict[str, Any], model: Any, **_: Any) -> None:
        found.extend(iam_requests(model.name, params))

    client = plain_client()
    with tables.on_moto(client) as table:
        [grant] = access.grant(table, "user", ["group"], by="test", role=Role.MANAGER)
        content = Content("identifier", {"firstname": "Johanna", "lastname": "Jansen"})
        creating.create(table, grant, content, dossier_id=DOSSIER_ID)
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
    # Invoked directly, the function responds to an event of the index function too.
    handlers.invoke(an_event("GET", DOSSIERS, route=DOSSIERS), function="SearchFunction")


def use_post_search() -> None:
    handlers.call("POST", f"{DOSSIERS}/search", body='{"name": "johanna"}')
    handlers.call("POST", f"{IN_GROUP}/search", body='{"name": "johanna"}')
    handlers.call("POST", f"{IN_GROUP}/search", body='{"external_identifier": "unknown"}')


def use_create() -> None:
    headers = {"idempotency-key": "key"}
    for _ in range(2):
        handlers.call("POST", IN_GROUP, body=a_body(external_identifier="new"), headers=headers)


def use_show() -> None:
    handlers.call("GET", DOSSIER)


def use_update() -> None:
    rename = json.dumps({"person": {"firstname": "Maria"}})
    identify = json.dumps({"dossier": {"external_identifier": "other"}})
    for body in (rename, identify):
        assert handlers.call("PATCH", DOSSIER, body=body)["statusCode"] == 200


def use_delete() -> None:
    assert handlers.call("DELETE", DOSSIER)["statusCode"] == 204


def use_groups() -> None:
    handlers.call("GET", "/api/v1/dossier_groups")


USES = [
    *(("IndexFunction", use_index), ("SearchFunction", use_search), ("SearchFunction", use_post_search)),
    *(("CreateFunction", use_create), ("ShowFunction", use_show), ("UpdateFunction", use_update)),
    *(("DeleteFunction", use_delete), ("GroupsFunction", use_groups)),
]


def test_every_function_is_used() -> None:
    assert {function for function, _ in USES} == FUNCTIONS.keys()


@pytest.mark.engine(MOTO)
@pytest.mark.parametrize(("function", "use"), USES)
def test_a_function_uses_the_rights_that_it_has_and_no_others(
    function: str, use: Callable[[], None], used: list[Request]
) -> None:
    use()
    statements = statements_of(function)
    assert [request for request in used if not is_allowed(statements, request)] == []
    assert {right_to(request) for request in used} == rights_of(function)
