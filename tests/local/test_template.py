"""What is read out of the template, and the table that is made from it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws
from mypy_boto3_dynamodb import DynamoDBClient

from local import template
from local.engine.dynamodb_local import Engine
from local.template import TemplateError


@pytest.fixture
def moto() -> Iterator[DynamoDBClient]:
    with mock_aws():
        yield boto3.client("dynamodb", region_name="eu-west-1")


@pytest.fixture(params=["moto", "engine"])
def client(request: pytest.FixtureRequest) -> DynamoDBClient:
    """moto, and DynamoDB Local."""
    found: DynamoDBClient | Engine = request.getfixturevalue(request.param)
    return found.client() if isinstance(found, Engine) else found


def test_the_table_has_the_templates_keys_index_and_time_to_live(client: DynamoDBClient) -> None:
    name = f"table-{uuid4()}"
    template.create_table(client, name)
    table = client.describe_table(TableName=name)["Table"]
    assert table["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == ["by_external_identifier"]
    lifetime = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert (lifetime["TimeToLiveStatus"], lifetime["AttributeName"]) == ("ENABLED", "expires_at")


def test_a_table_of_that_name_is_left_alone(client: DynamoDBClient) -> None:
    name = f"table-{uuid4()}"
    template.create_table(client, name)
    client.put_item(TableName=name, Item={"pk": {"S": "a"}, "sk": {"S": "b"}})
    with pytest.raises(client.exceptions.ResourceInUseException):
        template.create_table(client, name)
    assert client.scan(TableName=name)["Count"] == 1


def test_every_route_has_a_function_with_code_and_asks_for_a_token() -> None:
    routes = template.routes(template.load())
    assert [route.key for route in routes] == [
        "GET /api/v1/dossiers",
        "GET /api/v1/dossier_groups/{dossier_group_id}/dossiers",
        "POST /api/v1/dossier_groups/{dossier_group_id}/dossiers",
    ]
    for route in routes:
        assert (route.code / f"{route.handler.split('.')[0]}.py").is_file()
        assert route.authorizer is not None


_SMALL = """
Parameters:
  Level: { Type: String, Default: INFO }
Globals:
  Function: { CodeUri: code/, Handler: app.handler, Environment: { Variables: { LEVEL: !Ref Level } } }
  HttpApi: { Auth: { DefaultAuthorizer: Everybody } }
Resources:
  Table: { Type: AWS::DynamoDB::Table }
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Environment: { Variables: { TABLE: !Ref Table, ARN: !GetAtt Table.Arn, NAME: !Sub "${Level}", DAY: 2020-01-01 } }
      Events:
        Closed: { Type: HttpApi, Properties: { Method: get, Path: /closed } }
        Open: { Type: HttpApi, Properties: { Method: any, Path: /open, Auth: { Authorizer: NONE } } }
        Daily: { Type: Schedule, Properties: { Schedule: rate(1 day) } }
"""


@pytest.fixture
def small(tmp_path: Path) -> dict[str, object]:
    file = tmp_path / "template.yaml"
    file.write_text(_SMALL)
    return template.load(file)


def test_short_functions_are_read_as_their_long_forms(
    small: dict[str, dict[str, dict[str, dict[str, object]]]],
) -> None:
    assert small["Resources"]["Function"]["Properties"]["Environment"] == {
        "Variables": {
            "TABLE": {"Ref": "Table"},
            "ARN": {"Fn::GetAtt": ["Table", "Arn"]},
            "NAME": {"Fn::Sub": "${Level}"},
            "DAY": "2020-01-01",
        }
    }


def test_a_route_has_the_authorizer_of_its_api_unless_it_says_otherwise(small: dict[str, object]) -> None:
    routes = template.routes(small, Path("/project"))
    assert [(route.key, route.authorizer) for route in routes] == [("GET /closed", "Everybody"), ("ANY /open", None)]
    assert {route.code for route in routes} == {Path("/project/code")}


def test_a_function_has_the_timeout_of_the_template_and_else_that_of_lambda(small: dict[str, Any]) -> None:
    assert {route.timeout for route in template.routes(small)} == {3}
    small["Globals"]["Function"]["Timeout"] = 20
    assert {route.timeout for route in template.routes(small)} == {20}
    small["Resources"]["Function"]["Properties"]["Timeout"] = 10
    assert {route.timeout for route in template.routes(small)} == {10}


def test_a_function_is_ended_before_api_gateway_gives_up_on_it() -> None:
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
    assert all(route.timeout < 30 for route in template.routes(template.load()))


def test_the_environment_holds_what_is_known_on_this_machine(small: dict[str, object]) -> None:
    found = template.environment(small, "Function", {"Table": "patients"})
    assert found == {"LEVEL": "INFO", "TABLE": "patients", "DAY": "2020-01-01"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("a: [", "is not YAML"), ("a: 1", "has no Resources"), (None, "cannot read .*: No such file or directory")],
)
def test_what_is_no_template_is_told_in_one_line(tmp_path: Path, text: str | None, complaint: str) -> None:
    file = tmp_path / "template.yaml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(TemplateError, match=complaint) as raised:
        template.load(file)
    assert "\n" not in str(raised.value)
