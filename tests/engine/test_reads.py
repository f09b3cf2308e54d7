"""Signed reads return the same as reads by botocore, and the handlers use them."""

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
from tests.engine.conftest import READERS
from tests.recording import Recording

# A value of every type of DynamoDB except binary, which botocore decodes from base64 and signed reads do not. No item
# of the table has a binary value.
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
    """The reads of the same table, signed and by botocore."""
    signed, ordinary = (connect(dynamodb_local.name, recording).reads for connect in READERS.values())
    return signed, ordinary


@pytest.mark.parametrize("value", VALUES, ids=lambda value: next(iter(value)))
def test_both_readers_return_the_same_item(
    engine: Engine, dynamodb_local: Table, both: tuple[Reads, Reads], value: dict[str, Any]
) -> None:
    item = KEY | {"value": value, "row": {"S": '["id","]\\"}}"]'}}
    engine.client().put_item(TableName=dynamodb_local.name, Item=item)
    signed, ordinary = (reads.get_item(READ | {"TableName": dynamodb_local.name}, NEVER) for reads in both)
    assert signed == ordinary == item


def test_a_missing_item_is_none(dynamodb_local: Table, both: tuple[Reads, Reads]) -> None:
    assert [reads.get_item(READ | {"TableName": dynamodb_local.name}, NEVER) for reads in both] == [None, None]


@pytest.mark.parametrize("attribute", ["row", "sk"])
def test_both_readers_return_the_same_page(
    engine: Engine, dynamodb_local: Table, both: tuple[Reads, Reads], attribute: str
) -> None:
    rows = ['["id","]\\"}}"]', '["é",null]', "[]"]
    for row in rows:
        engine.client().put_item(TableName=dynamodb_local.name, Item={**KEY, "sk": {"S": row}, "row": {"S": row}})
    query = QUERY | {"TableName": dynamodb_local.name, "ExpressionAttributeNames": {"#a": attribute}}
    signed, ordinary = (reads.query([query], attribute, NEVER)[0] for reads in both)
    assert signed == ordinary
    assert sorted(signed.values) == sorted(rows)
    signed, ordinary = (reads.query([query | {"Limit": 2}], attribute, NEVER)[0] for reads in both)
    assert signed == ordinary
    assert signed.last_key is not None
    nothing = query | {"ExpressionAttributeValues": {":pk": {"S": "other"}}}
    signed, ordinary = (reads.query([nothing], attribute, NEVER)[0] for reads in both)
    assert signed == ordinary
    assert signed.values == []


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("GetItem", READ | {"TableName": "missing-table"}),
        ("GetItem", READ | {"Key": {"pk": {"S": "p"}}}),
        ("GetItem", READ | {"Key": KEY | {"sk": {"S": ""}}}),
        ("Query", QUERY | {"TableName": "missing-table"}),
        ("Query", QUERY | {"KeyConditionExpression": "sk = :pk"}),
        ("Query", QUERY | {"FilterExpression": "what?"}),
        ("Query", QUERY | {"IndexName": INDEX_BY_EXTERNAL_IDENTIFIER}),
        ("Query", QUERY | {"ExclusiveStartKey": {"pk": {"S": "other"}, "sk": {"S": "x"}}}),
    ],
)
def test_both_readers_raise_the_same_error(
    dynamodb_local: Table, both: tuple[Reads, Reads], operation: str, request_: dict[str, Any]
) -> None:
    request_ = {**request_, "TableName": request_["TableName"] or dynamodb_local.name}
    errors = []
    for reads in both:
        with pytest.raises(DatabaseError) as raised:
            reads.get_item(request_, NEVER) if operation == "GetItem" else reads.query([request_], "row", NEVER)
        errors.append((raised.value.code, raised.value.operation))
    assert errors[0] == errors[1]
    assert errors[0][1] == operation


def test_the_service_signs_every_read_and_botocore_every_write(
    dynamodb_local: Table, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise all other tests would pass, and the functions would be slower."""
    signed = READERS["signed reads"](dynamodb_local.name, recording)
    tables.use(signed, monkeypatch)
    api = a_user(dynamodb_local)
    recording.clear()
    dossier = api.create_dossier(external_identifier="x")
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
