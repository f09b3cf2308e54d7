"""The table in template.yaml: its keys, its encryption, and that it is not deleted."""

import json

import pytest

from tests.deploy.stack import RESOURCES


def test_the_table_has_its_keys_and_its_index() -> None:
    properties = RESOURCES["Table"]["Properties"]
    assert {key["KeyType"]: key["AttributeName"] for key in properties["KeySchema"]} == {"HASH": "pk", "RANGE": "sk"}
    (index,) = properties["GlobalSecondaryIndexes"]
    assert index == {
        "IndexName": "by_external_identifier",
        "KeySchema": [
            {"AttributeName": "dossier_group_id", "KeyType": "HASH"},
            {"AttributeName": "external_identifier", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["row"]},
    }
    assert {attribute["AttributeType"] for attribute in properties["AttributeDefinitions"]} == {"S"}


def test_the_table_is_billed_by_request_and_deletes_expired_items() -> None:
    properties = RESOURCES["Table"]["Properties"]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_the_table_has_backups_and_is_protected_against_deletion() -> None:
    properties = RESOURCES["Table"]["Properties"]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["DeletionProtectionEnabled"] is True


def test_the_table_is_encrypted_with_the_key_of_the_stack() -> None:
    assert RESOURCES["Table"]["Properties"]["SSESpecification"] == {
        "SSEEnabled": True,
        "SSEType": "KMS",
        "KMSMasterKeyId": {"Fn::GetAtt": ["TableKey", "Arn"]},
    }
    assert RESOURCES["TableKey"]["Properties"]["EnableKeyRotation"] is True


def test_the_key_decrypts_data_for_dynamodb_only() -> None:
    for statement in RESOURCES["TableKey"]["Properties"]["KeyPolicy"]["Statement"]:
        assert statement["Principal"] == {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
        assert "*" not in json.dumps(statement["Action"])
        if {"kms:Decrypt", "kms:CreateGrant", "kms:ReEncryptFrom"} & set(statement["Action"]):
            assert "kms:ViaService" in statement["Condition"]["StringEquals"]


@pytest.mark.parametrize("name", ["Table", "TableKey", "UserPool"])
def test_patients_data_their_key_and_the_users_are_retained(name: str) -> None:
    assert RESOURCES[name]["DeletionPolicy"] == "Retain"
    assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain"


def test_an_account_can_hold_several_stacks() -> None:
    for name, resource in RESOURCES.items():
        for property_, value in resource.get("Properties", {}).items():
            if property_.endswith("Name") and property_ not in ("IndexName", "MetricName"):
                assert "AWS::StackName" in json.dumps(value), f"{name} has a fixed {property_}"
