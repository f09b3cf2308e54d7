"""Signed reads return what botocore returns, and are taken."""

from collections.abc import Callable
from typing import Any

import pytest

from dossiers.domain.deadline import NEVER
from dossiers.domain.errors import DatabaseError
from dossiers.storage.items import INDEX_BY_EXTERNAL_IDENTIFIER
from dossiers.storage.operations import Reads
from dossiers.storage.table import Table
from local.engine.engine import Engine
from tests import tables
from tests.api import Response
from tests.builders import a_patch
from tests.contents import a_user
from tests.engine.conftest import READ_BY
from tests.recording import Recording

# An item of every kind of value that DynamoDB has but bytes, which JSON has as base64 and botocore would decode. No
# item of the table has any.
VALUES: list[dict[str, Any]] = [
    {"S": ""},
    {"S": 'é字😀\u2028"\\]}}'},
    {"N": "-12345678901234567890.5"},
    {"BOOL": True},
    {"NULL": True},
    {"SS": ["a", "ë"]},
    {"NS": ["1", "2"]},
    {"L": [{"S": "x"}, {"L": []}, {"M": {}}]},
    {"M": {"firstname": {"S": "Zoë"}, "deeper": {"M": {"number": {"N": "1"}}}}},
]
KEY = {"pk": {"S": "p"}, "sk": {"S": 's"}}]'}}
READ = {"TableName": "", "Key": KEY, "ConsistentRead": True}
QUERY: dict[str, Any] = {
    "TableName": "",
    "ConsistentRead": True,
    "KeyConditionExpression": "pk = :pk",
    "ExpressionAttributeValues": {":pk": {"S": "p"}},
    "ProjectionExpression": "#a",
    "ExpressionAttributeNames": {"#a": "row"},
}


@pytest.fixture
def both(dynamodb_local: Table, recording: Recording) -> tuple[Reads, Reads]:
    """Signed reads, and those of botocore, of the same table."""
    signed, ordinary = (way(dynamodb_local.name, recording).reads for way in READ_BY.values())
    return signed, ordinary


@pytest.mark.parametrize("value", VALUES, ids=lambda value: next(iter(value)))
def test_an_item_is_read_the_same(
    engine: Engine, dynamodb_local: Table, both: tuple[Reads, Reads], value: dict[str, Any]
) -> None:
    item = KEY | {"value": value, "row": {"S": '["id","]\\"}}"]'}}
    engine.client().put_item(TableName=dynamodb_local.name, Item=item)
    signed, ordinary = (reads.get_item(READ | {"TableName": dynamodb_local.name}, NEVER) for reads in both)
    assert signed == ordinary == item


def test_a_missing_item_is_none(dynamodb_local: Table, both: tuple[Reads, Reads]) -> None:
    assert [reads.get_item(READ | {"TableName": dynamodb_local.name}, NEVER) for reads in both] == [None, None]


@pytest.mark.parametrize("attribute", ["row", "sk"])
def test_a_query_is_read_the_same(
    engine: Engine, dynamodb_local: Table, both: tuple[Reads, Reads], attribute: str
) -> None:
    rows = ['["id","]\\"}}"]', '["é",null]', "[]"]
    for row in rows:
        engine.client().put_item(TableName=dynamodb_local.name, Item={**KEY, "sk": {"S": row}, "row": {"S": row}})
    query = QUERY | {"TableName": dynamodb_local.name, "ExpressionAttributeNames": {"#a": attribute}}
    signed, ordinary = (reads.query(query, attribute, NEVER) for reads in both)
    assert signed == ordinary
    assert sorted(signed.values) == sorted(rows)
    signed, ordinary = (reads.query(query | {"Limit": 2}, attribute, NEVER) for reads in both)
    assert signed == ordinary
    assert signed.last_key is not None
    nothing = query | {"ExpressionAttributeValues": {":pk": {"S": "other"}}}
    signed, ordinary = (reads.query(nothing, attribute, NEVER) for reads in both)
    assert signed == ordinary
    assert signed.values == []


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("GetItem", READ | {"TableName": "none-there"}),
        ("GetItem", READ | {"Key": {"pk": {"S": "p"}}}),
        ("GetItem", READ | {"Key": KEY | {"sk": {"S": ""}}}),
        ("Query", QUERY | {"TableName": "none-there"}),
        ("Query", QUERY | {"KeyConditionExpression": "sk = :pk"}),
        ("Query", QUERY | {"FilterExpression": "what?"}),
        ("Query", QUERY | {"IndexName": INDEX_BY_EXTERNAL_IDENTIFIER}),
        ("Query", QUERY | {"ExclusiveStartKey": {"pk": {"S": "other"}, "sk": {"S": "x"}}}),
    ],
)
def test_an_error_is_told_the_same(
    dynamodb_local: Table, both: tuple[Reads, Reads], operation: str, request_: dict[str, Any]
) -> None:
    request_ = {**request_, "TableName": request_["TableName"] or dynamodb_local.name}
    told = []
    for reads in both:
        with pytest.raises(DatabaseError) as raised:
            reads.get_item(request_, NEVER) if operation == "GetItem" else reads.query(request_, "row", NEVER)
        told.append((raised.value.code, raised.value.operation))
    assert told[0] == told[1]
    assert told[0][1] == operation


def test_every_read_is_signed_by_ourselves_and_every_write_by_botocore(
    dynamodb_local: Table, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If not, everything would work, and be slower."""
    signed = READ_BY["signed reads"](dynamodb_local.name, recording)
    tables.use(signed, monkeypatch)
    api = a_user(dynamodb_local)
    recording.clear()
    dossier = api.created(external_identifier="x")
    assert (recording.operations, recording.by_botocore) == (["GetItem", "TransactWriteItems"], ["TransactWriteItems"])
    recording.clear()
    responses = [
        api.index(),
        api.search(),
        api.search(name="jan"),
        api.search(external_identifier="x"),
        api.post_search({"name": "jan"}),
        api.groups(),
        api.show(dossier),
    ]
    assert [response.status for response in responses] == [200] * len(responses)
    assert len(recording.operations) == 2 + 2 + 3 + 3 + 3 + 1 + 3
    assert recording.by_botocore == []
    writes: list[Callable[[], Response]] = [
        lambda: api.update(dossier, a_patch(city="Utrecht")),
        lambda: api.delete(dossier),
    ]
    for write in writes:
        recording.clear()
        assert write().status in (200, 204)
        assert sorted(recording.operations) == ["GetItem", "GetItem", "GetItem", "TransactWriteItems"]
        assert recording.by_botocore == ["TransactWriteItems"]
