"""template.yaml as the tests of this folder look at it."""

from typing import Any

from local import template
from tests.deploy.policy import several

ROOT = template.TEMPLATE.parent
TEMPLATE = template.load()
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
SETTINGS: dict[str, Any] = TEMPLATE["Globals"]["Function"]
"""What every function has."""

TABLE = {"Fn::GetAtt": ["Table", "Arn"]}
INDEX = {"Fn::Sub": "${Table.Arn}/index/by_external_identifier"}
KEY = {"Fn::GetAtt": ["TableKey", "Arn"]}


def resources(kind: str) -> dict[str, Any]:
    """Logical id -> resource, of one type."""
    return {name: resource for name, resource in RESOURCES.items() if resource["Type"] == kind}


FUNCTIONS = resources("AWS::Serverless::Function")


def role_of(function: str) -> dict[str, Any]:
    """The properties of the role that a function runs with."""
    role, attribute = RESOURCES[function]["Properties"]["Role"]["Fn::GetAtt"]
    assert attribute == "Arn"
    properties: dict[str, Any] = RESOURCES[role]["Properties"]
    return properties


def statements_of(function: str) -> list[dict[str, Any]]:
    """Every statement of the policies written into a function's role."""
    return [
        statement for policy in role_of(function)["Policies"] for statement in policy["PolicyDocument"]["Statement"]
    ]


def dynamodb_of(function: str) -> list[dict[str, Any]]:
    """The statements of a function's role about DynamoDB."""
    return [
        statement
        for statement in statements_of(function)
        if any(action.startswith("dynamodb:") for action in several(statement["Action"]))
    ]
