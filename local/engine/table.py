"""Creates the table that template.yaml defines, on DynamoDB Local or on moto."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from local.template import load, table_properties

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# The properties of AWS::DynamoDB::Table that are arguments of CreateTable, and those of an index.
_TABLE_ARGUMENTS = (
    "AttributeDefinitions",
    "KeySchema",
    "LocalSecondaryIndexes",
    "BillingMode",
    "ProvisionedThroughput",
)
_INDEX_ARGUMENTS = ("IndexName", "KeySchema", "Projection", "ProvisionedThroughput")


def create_table(client: DynamoDBClient, name: str, *, template: Mapping[str, Any] | None = None) -> None:
    """Create the table with that name, including its time to live, and wait until it is active.

    `template` is what `load` returns; the default is template.yaml. Raises botocore's ResourceInUseException when
    there is a table of that name.
    """
    properties = table_properties(load() if template is None else template)
    status = client.create_table(**_arguments(properties, name))["TableDescription"].get("TableStatus")
    if status != "ACTIVE":
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    _enable_time_to_live(client, name, properties)


def ensure_table(client: DynamoDBClient, name: str, *, template: Mapping[str, Any]) -> None:
    """Create the table as `create_table` does, unless it exists."""
    try:
        create_table(client, name, template=template)
    except client.exceptions.ResourceInUseException:
        # The table may have no time to live, if an earlier start was stopped within `create_table`.
        _enable_time_to_live(client, name, table_properties(template))


def _arguments(properties: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Returns the arguments of CreateTable for these properties of AWS::DynamoDB::Table."""
    arguments = {argument: properties[argument] for argument in _TABLE_ARGUMENTS if argument in properties}
    if indexes := properties.get("GlobalSecondaryIndexes"):
        arguments["GlobalSecondaryIndexes"] = [
            {argument: index[argument] for argument in _INDEX_ARGUMENTS if argument in index} for index in indexes
        ]
    return {"TableName": name, **arguments}


def _enable_time_to_live(client: DynamoDBClient, name: str, properties: Mapping[str, Any]) -> None:
    wanted = properties.get("TimeToLiveSpecification")
    current = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    if wanted and wanted["Enabled"] and current.get("TimeToLiveStatus") not in ("ENABLED", "ENABLING"):
        specification = {"Enabled": True, "AttributeName": wanted["AttributeName"]}
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)  # type: ignore[arg-type]
