"""The table that is created from template.yaml."""

from collections.abc import Iterator
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws
from mypy_boto3_dynamodb import DynamoDBClient

from local import template
from local.engine.engine import Engine
from local.engine.table import create_table, ensure_table
from tests.conftest import DYNAMODB_LOCAL, MOTO


@pytest.fixture
def moto() -> Iterator[DynamoDBClient]:
    with mock_aws():
        yield boto3.client("dynamodb", region_name="eu-west-1")


@pytest.fixture(
    params=[
        pytest.param("moto", marks=pytest.mark.engine(MOTO)),
        pytest.param("engine", marks=pytest.mark.engine(DYNAMODB_LOCAL)),
    ]
)
def client(request: pytest.FixtureRequest) -> DynamoDBClient:
    """moto, and DynamoDB Local."""
    found: DynamoDBClient | Engine = request.getfixturevalue(request.param)
    return found.client() if isinstance(found, Engine) else found


def time_to_live(client: DynamoDBClient, name: str) -> tuple[str | None, str | None]:
    found = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    return found.get("TimeToLiveStatus"), found.get("AttributeName")


def test_the_table_has_the_keys_the_index_and_the_time_to_live_of_the_template(client: DynamoDBClient) -> None:
    name = f"table-{uuid4()}"
    create_table(client, name)
    table = client.describe_table(TableName=name)["Table"]
    assert table["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == ["by_external_identifier"]
    assert time_to_live(client, name) == ("ENABLED", "expires_at")


def test_an_existing_table_of_that_name_is_not_changed(client: DynamoDBClient) -> None:
    name = f"table-{uuid4()}"
    create_table(client, name)
    client.put_item(TableName=name, Item={"pk": {"S": "a"}, "sk": {"S": "b"}})
    with pytest.raises(client.exceptions.ResourceInUseException):
        create_table(client, name)
    ensure_table(client, name, template=template.load())
    assert client.scan(TableName=name)["Count"] == 1


def test_an_existing_table_without_a_time_to_live_gets_one(client: DynamoDBClient) -> None:
    name = f"table-{uuid4()}"
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    ensure_table(client, name, template=template.load())
    assert time_to_live(client, name) == ("ENABLED", "expires_at")
