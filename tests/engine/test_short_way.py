"""Reads that take the short way past botocore are answered as botocore would have answered them."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dossiers import direct
from dossiers.direct import DirectReads
from dossiers.items import INDEX_BY_EXTERNAL_IDENTIFIER, Key
from dossiers.table import Table
from tests.builders import a_body
from tests.engine.recording import Recording
from tests.engine.world import a_user

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
    "ReturnConsumedCapacity": "TOTAL",
}


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is not what is tested."""
    monkeypatch.setattr(direct, "SECONDS", 30)


def ordinarily(table: Table, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """What botocore gives."""
    ask: Callable[..., dict[str, Any]]
    ask = {"GetItem": table._client.get_item, "Query": table._client.query}[operation]  # type: ignore[assignment]
    return ask(**request)


def asked(table: Table, operation: str, request: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What botocore gives, and what comes the short way, with rows as the items that they were."""
    request = request | {"TableName": table.name}
    ordinary, short = ordinarily(table, operation, request), table._direct.answer(operation, request)
    assert short is not None
    del ordinary["ResponseMetadata"]
    for answer in (ordinary, short):
        if "Rows" in answer:
            answer["Items"] = [{"row": {"S": row}} for row in answer.pop("Rows")]
    return ordinary, short


@pytest.mark.parametrize("value", VALUES, ids=lambda value: next(iter(value)))
def test_an_item_is_read_the_same(dynamodb_local: Table, value: dict[str, Any]) -> None:
    item = KEY | {"value": value, "row": {"S": '["id","]\\"}}"]'}}
    dynamodb_local._client.put_item(TableName=dynamodb_local.name, Item=item)
    ordinary, short = asked(dynamodb_local, "GetItem", READ)
    assert ordinary == short == {"Item": item}
    ordinary, short = asked(dynamodb_local, "Query", QUERY)
    assert ordinary == short
    assert short["Items"] == [item]
    for attribute in ("value", "row"):
        only = {"ProjectionExpression": "#a", "ExpressionAttributeNames": {"#a": attribute}, "Limit": 1}
        ordinary, short = asked(dynamodb_local, "Query", QUERY | only)
        assert ordinary == short
        assert short["Items"] == [{attribute: item[attribute]}]
        assert short["LastEvaluatedKey"] == KEY


def test_nothing_is_read_the_same(dynamodb_local: Table) -> None:
    ordinary, short = asked(dynamodb_local, "GetItem", READ)
    assert ordinary == short == {}
    ordinary, short = asked(dynamodb_local, "Query", QUERY)
    assert ordinary == short
    assert short["Items"] == []


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
def test_an_error_is_botocores_to_tell(dynamodb_local: Table, operation: Any, request_: dict[str, Any]) -> None:
    request_ = {**request_, "TableName": request_["TableName"] or dynamodb_local.name}
    told = []
    for ask in (
        lambda: ordinarily(dynamodb_local, operation, request_),
        lambda: dynamodb_local._read(operation, request_),
    ):
        with pytest.raises(ClientError) as raised:
            ask()
        told.append((type(raised.value), raised.value.response["Error"]))
    assert told[0] == told[1]
    assert dynamodb_local._direct.answer(operation, request_) is None


def test_all_reads_of_a_table_are_the_same_either_way(dynamodb_local: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    api = a_user(dynamodb_local, groups=2)
    api.created(
        external_identifier="x", firstname="Zoë", lastname='"]}}', birthdate="1980-02-23", email="z@example.com"
    )
    ids = [api.created(firstname="Jan", lastname=f"de Vries {'x ' * (number % 9)}") for number in range(20)]
    reads: dict[str, Callable[[], Any]] = {
        "person": lambda: dynamodb_local.get(Key(f"DOSSIER#{ids[0]}", "PERSON")),
        "nothing": lambda: dynamodb_local.get(Key("p", "s")),
        "by identifier": lambda: dynamodb_local.row_by_external_identifier(api.group, "x"),
        "list": lambda: (api.index().json, api.search(limit="3").json),
        "one word": lambda: api.search(name="zoë").json,
        "more words": lambda: api.index(name="x de vries").json,
    }
    short = {name: read() for name, read in reads.items()}
    recording = Recording(dynamodb_local)
    assert {name: read() for name, read in reads.items()} == short
    assert len(recording.short) >= len(reads)
    with monkeypatch.context() as patch:
        patch.setattr(DirectReads, "send", lambda *_: None)
        recording.clear()
        assert {name: read() for name, read in reads.items()} == short
        assert recording.short == []


def test_every_read_but_the_first_over_a_connection_takes_the_short_way(
    dynamodb_local: Table, recording: Recording
) -> None:
    """If not, everything would work, and be slower.

    A name search is left out: its two reads at once need a second connection, which botocore opens.
    """
    api = a_user(dynamodb_local)
    api.create(a_body(external_identifier="x"))
    recording.clear()
    answers = [api.index(), api.search(), api.search(external_identifier="x")]
    assert [answer.status for answer in answers] == [200] * 3
    assert recording.short == recording.operations
    assert len(recording.short) == 2 * 3
    api.create(a_body())
    assert recording.operations[-2:] == ["GetItem", "TransactWriteItems"]
    assert recording.short[-1:] == ["GetItem"]


def test_after_the_connections_are_closed_botocore_opens_another(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    for _ in range(2):
        dynamodb_local.disconnect()
        recording = Recording(dynamodb_local)
        for _ in range(3):
            assert api.index().status == 200
        assert len(recording.operations) == 2 * 3
        assert len(recording.short) == 2 * 3 - 1
