"""policy.py decides as IAM documents it. The tests of rights rely on it."""

from typing import Any

import pytest

from tests.deploy.policy import VIA_SERVICE, Request, a_request, is_allowed

ACTION, RESOURCE = "dynamodb:GetItem", "table"
PARTITIONS = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["USER#*", "GROUP#*"]}}
PRESENT = {"Null": {"dynamodb:LeadingKeys": "false"}}
IN_TRANSACTION = {"ForAnyValue:StringEquals": {"dynamodb:EnclosingOperation": ["TransactWriteItems"]}}


def allows(condition: dict[str, Any], *partitions: str, inside: str | None = None) -> bool:
    statement = {"Effect": "Allow", "Action": ACTION, "Resource": RESOURCE, "Condition": condition}
    return is_allowed([statement], a_request(ACTION, RESOURCE, *partitions, inside=inside))


def test_a_statement_allows_its_actions_on_its_resources_and_nothing_else() -> None:
    statements = [{"Effect": "Allow", "Action": ["a", "b"], "Resource": "table"}]
    assert is_allowed(statements, a_request("b", "table"))
    assert not is_allowed(statements, a_request("c", "table"))
    assert not is_allowed(statements, a_request("a", "index"))
    assert not is_allowed([], a_request("a", "table"))


@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("dynamodb:GetItem", "table", True),
        ("dynamodb:Get*", "table", True),
        ("DynamoDB:getitem", "table", True),
        ("*", "*", True),
        ("dynamodb:*", "tab?e", True),
        ("dynamodb:Put*", "table", False),
        ("dynamodb:GetItem", "TABLE", False),
        ("dynamodb:GetItem", "table?", False),
        ("dynamodb.GetItem", "table", False),
    ],
)
def test_wildcards_match_any_text_and_any_character_and_actions_match_in_any_case(
    action: str, resource: str, allowed: bool
) -> None:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    assert is_allowed([statement], a_request(ACTION, RESOURCE)) is allowed


def test_a_statement_that_denies_overrides_those_that_allow() -> None:
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "dynamodb:GetItem", "Resource": "*", "Condition": PARTITIONS}
    assert not is_allowed([allow, deny], a_request(ACTION, RESOURCE, "USER#anna"))
    assert not is_allowed([deny, allow], a_request(ACTION, RESOURCE, "USER#anna"))
    assert is_allowed([allow, deny], a_request(ACTION, RESOURCE, "DOSSIER#1"))


@pytest.mark.parametrize(
    ("context", "allowed"), [({VIA_SERVICE: ["dynamodb"]}, True), ({VIA_SERVICE: ["s3"]}, False), ({}, False)]
)
def test_string_equals_holds_for_that_value_only_and_not_without_the_key(
    context: dict[str, list[str]], allowed: bool
) -> None:
    condition = {"StringEquals": {VIA_SERVICE: "dynamodb"}}
    statement = {"Effect": "Allow", "Action": ACTION, "Resource": RESOURCE, "Condition": condition}
    assert is_allowed([statement], Request(ACTION, RESOURCE, context)) is allowed


@pytest.mark.parametrize(
    ("partitions", "allowed"),
    [
        (["USER#anna"], True),
        (["GROUP#noord#WORD#jan"], True),
        (["USER#anna", "GROUP#noord"], True),
        (["GROUP#line\nbreak"], True),
        (["DOSSIER#1"], False),
        (["GROUP#noord", "DOSSIER#1"], False),
        (["user#anna"], False),
        (["XUSER#anna"], False),
        ([], True),
    ],
)
def test_for_all_values_holds_when_each_value_matches_and_when_there_is_none(
    partitions: list[str], allowed: bool
) -> None:
    assert allows(PARTITIONS, *partitions) is allowed


def test_null_false_refuses_a_request_without_the_key() -> None:
    assert not allows(PARTITIONS | PRESENT)
    assert allows(PARTITIONS | PRESENT, "USER#anna")
    assert not allows(PARTITIONS | PRESENT, "DOSSIER#1")


def test_null_true_refuses_a_request_with_the_key() -> None:
    absent = {"Null": {"dynamodb:LeadingKeys": "true"}}
    assert allows(absent)
    assert not allows(absent, "USER#anna")


def test_for_any_value_refuses_a_request_without_the_key() -> None:
    assert not allows(IN_TRANSACTION, "USER#anna")
    assert not allows(IN_TRANSACTION, "USER#anna", inside="TransactGetItems")
    assert allows(IN_TRANSACTION, "USER#anna", inside="TransactWriteItems")


def test_all_conditions_of_a_statement_have_to_hold() -> None:
    assert not allows(PARTITIONS | IN_TRANSACTION, "DOSSIER#1", inside="TransactWriteItems")
    assert not allows(PARTITIONS | IN_TRANSACTION, "USER#anna")
    assert allows(PARTITIONS | IN_TRANSACTION, "USER#anna", inside="TransactWriteItems")


@pytest.mark.parametrize(
    "operator", ["StringLike", "ForAllValues:StringEquals", "ForAnyValue:StringLike", "StringEqualsIfExists", None]
)
def test_an_unknown_operator_is_an_error(operator: Any) -> None:
    with pytest.raises(NotImplementedError):
        allows({operator: {"dynamodb:LeadingKeys": ["USER#*"]}}, "USER#anna")


@pytest.mark.parametrize("changed", [{"Effect": "Maybe"}, {"NotAction": "x"}, {"NotResource": "x"}, {"Principal": "x"}])
def test_an_unknown_kind_of_statement_is_an_error(changed: dict[str, str]) -> None:
    statement = {"Effect": "Allow", "Action": ACTION, "Resource": RESOURCE} | changed
    with pytest.raises(NotImplementedError):
        is_allowed([statement], a_request(ACTION, RESOURCE))
