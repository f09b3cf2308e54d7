"""What template.yaml promises of rights: what each function may do with the table, and beside it."""

import json
from typing import Any

import pytest

from tests.deploy.stack import (
    FUNCTIONS,
    INDEX,
    KEY,
    RESOURCES,
    TABLE,
    dynamodb_of,
    resources,
    role_of,
    several,
    statements_of,
)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("IndexFunction", [(["dynamodb:Query"], TABLE, ["USER#*", "GROUP#*"])]),
        (
            "SearchFunction",
            [
                (["dynamodb:GetItem", "dynamodb:Query"], TABLE, ["USER#*", "GROUP#*"]),
                (["dynamodb:Query"], INDEX, None),
            ],
        ),
        (
            "CreateFunction",
            [(["dynamodb:GetItem"], TABLE, ["USER#*"]), (["dynamodb:PutItem"], TABLE, ["GROUP#*", "DOSSIER#*"])],
        ),
    ],
)
def test_a_function_may_do_this_with_the_table_and_no_more(function: str, expected: list[Any]) -> None:
    assert dynamodb_of(function) == expected


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


@pytest.mark.parametrize("function", ["IndexFunction", "SearchFunction"])
def test_reading_functions_cannot_write(function: str) -> None:
    actions = {action for actions, _, _ in dynamodb_of(function) for action in actions}
    assert actions
    assert actions <= {"dynamodb:GetItem", "dynamodb:Query"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_can_scan(function: str) -> None:
    assert "dynamodb:Scan" not in json.dumps(statements_of(function))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_can_read_a_person(function: str) -> None:
    for actions, resource, partitions in dynamodb_of(function):
        if resource == TABLE and not set(actions) <= {"dynamodb:PutItem"}:
            assert partitions is not None
            assert not any("DOSSIER#x".startswith(partition.rstrip("*")) for partition in partitions)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_can_grant(function: str) -> None:
    for actions, _, partitions in dynamodb_of(function):
        if "dynamodb:PutItem" in actions:
            assert partitions is not None
            assert not any("USER#x".startswith(partition.rstrip("*")) for partition in partitions)
