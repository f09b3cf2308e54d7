"""What template.yaml promises of rights: what each function may do with the table, and beside it."""

import json
from typing import Any

import pytest

from tests.deploy.policy import a_request, is_allowed, several
from tests.deploy.stack import (
    FUNCTIONS,
    INDEX,
    KEY,
    RESOURCES,
    TABLE,
    dynamodb_of,
    resources,
    role_of,
    statements_of,
)


def partitions(*patterns: str) -> dict[str, Any]:
    """The condition that a request names partitions, and all of them match a pattern."""
    return {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(patterns)},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }


IN_TRANSACTION = {"ForAnyValue:StringEquals": {"dynamodb:EnclosingOperation": ["TransactWriteItems"]}}


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("IndexFunction", [(["dynamodb:Query"], TABLE, partitions("USER#*", "GROUP#*"))]),
        (
            "SearchFunction",
            [
                (["dynamodb:GetItem", "dynamodb:Query"], TABLE, partitions("USER#*", "GROUP#*")),
                (["dynamodb:Query"], INDEX, None),
            ],
        ),
        (
            "CreateFunction",
            [
                (["dynamodb:GetItem"], TABLE, partitions("USER#*")),
                (["dynamodb:PutItem"], TABLE, partitions("GROUP#*", "DOSSIER#*") | IN_TRANSACTION),
            ],
        ),
    ],
)
def test_a_function_may_do_this_with_the_table_and_no_more(function: str, expected: list[Any]) -> None:
    found = [
        (several(statement["Action"]), statement["Resource"], statement.get("Condition"))
        for statement in dynamodb_of(function)
    ]
    assert found == expected


@pytest.mark.parametrize("function", FUNCTIONS)
def test_beside_the_table_a_function_may_use_its_key_and_write_its_log(function: str) -> None:
    log_group = RESOURCES[function]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
    others = [
        (statement["Action"], statement["Resource"], statement.get("Condition"))
        for statement in statements_of(function)
        if not any(action.startswith("dynamodb:") for action in several(statement["Action"]))
    ]
    via_dynamodb = {"StringEquals": {"kms:ViaService": {"Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com"}}}
    assert others == [
        ("kms:Decrypt", KEY, via_dynamodb),
        (["logs:CreateLogStream", "logs:PutLogEvents"], {"Fn::GetAtt": [log_group, "Arn"]}, None),
    ]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_statement_has_a_wildcard(function: str) -> None:
    for statement in statements_of(function):
        assert statement["Effect"] == "Allow"
        assert not {"NotAction", "NotResource", "NotPrincipal"} & set(statement)
        assert "*" not in json.dumps([statement["Action"], statement["Resource"]])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_one_policy_from_elsewhere_is_x_rays(function: str) -> None:
    assert role_of(function)["ManagedPolicyArns"] == [
        {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AWSXRayDaemonWriteAccess"}
    ]
    # SAM would add these to a role of its own making.
    assert "Policies" not in RESOURCES[function]["Properties"]


def test_every_function_has_a_role_of_its_own_that_lambda_alone_takes() -> None:
    roles = [function["Properties"]["Role"]["Fn::GetAtt"][0] for function in FUNCTIONS.values()]
    assert sorted(roles) == sorted(resources("AWS::IAM::Role"))
    for role in roles:
        (trust,) = RESOURCES[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust == {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    assert not resources("AWS::IAM::Policy")
    assert not resources("AWS::IAM::ManagedPolicy")


# Every action of DynamoDB on items.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
READS = ["BatchGetItem", "ConditionCheckItem", "GetItem", "PartiQLSelect", "Query", "Scan"]
WRITES = [
    "BatchWriteItem", "DeleteItem", "PartiQLDelete", "PartiQLInsert", "PartiQLUpdate", "PutItem", "UpdateItem",
]  # fmt: skip
ENCLOSING = [None, "TransactGetItems", "TransactWriteItems", "ExecuteTransaction"]


def allowed(function: str, operations: list[str], *partitions: str) -> list[str]:
    """Which of the operations a function may do to items of these partitions of the table, whatever encloses them."""
    return [
        operation
        for operation in operations
        if any(
            is_allowed(dynamodb_of(function), a_request(f"dynamodb:{operation}", TABLE, *partitions, inside=inside))
            for inside in ENCLOSING
        )
    ]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_request_without_a_partition_is_denied(function: str) -> None:
    """Such as a scan, which reads every partition and names none."""
    assert allowed(function, READS + WRITES) == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_can_scan(function: str) -> None:
    assert "dynamodb:Scan" not in json.dumps(statements_of(function))


@pytest.mark.parametrize("function", ["IndexFunction", "SearchFunction"])
@pytest.mark.parametrize("partition", ["GROUP#x", "USER#x", "DOSSIER#x"])
def test_reading_functions_cannot_write(function: str, partition: str) -> None:
    assert allowed(function, WRITES, partition) == []


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("partitions", [["DOSSIER#x"], ["GROUP#x", "USER#x", "DOSSIER#x"]])
def test_no_function_can_read_a_person(function: str, partitions: list[str]) -> None:
    assert allowed(function, READS, *partitions) == []


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("partitions", [["USER#x"], ["GROUP#x", "DOSSIER#x", "USER#x"]])
def test_no_function_can_grant(function: str, partitions: list[str]) -> None:
    assert allowed(function, WRITES, *partitions) == []


@pytest.mark.parametrize("partition", ["GROUP#x", "DOSSIER#x"])
@pytest.mark.parametrize("inside", ENCLOSING)
def test_create_can_put_an_item_inside_a_transaction_only(partition: str, inside: str | None) -> None:
    request = a_request("dynamodb:PutItem", TABLE, partition, inside=inside)
    assert is_allowed(dynamodb_of("CreateFunction"), request) == (inside == "TransactWriteItems")
