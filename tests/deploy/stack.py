"""template.yaml as the tests in this folder read it, and the stack that it describes in an account of AWS."""

import re
from typing import Any

from local import template
from tests.deploy.policy import as_list

ROOT = template.TEMPLATE.parent
TEMPLATE = template.load()
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
SETTINGS: dict[str, Any] = TEMPLATE["Globals"]["Function"]
"""The properties that all functions share."""


def resources(kind: str) -> dict[str, Any]:
    """Logical id -> resource, of one type."""
    return {name: resource for name, resource in RESOURCES.items() if resource["Type"] == kind}


FUNCTIONS = resources("AWS::Serverless::Function")

RUNTIME = SETTINGS["Runtime"].removeprefix("python")
"""The version of Python that the functions run on, as major.minor."""

REGION = "eu-west-1"
ACCOUNT = "123456789012"
PSEUDO_PARAMETERS = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": "dossiers-test",
}


def arn(logical_id: str) -> str:
    """The ARN that a resource of the template could have, as `!GetAtt LogicalId.Arn` returns it."""
    match RESOURCES[logical_id]["Type"]:
        case "AWS::DynamoDB::Table":
            return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/dossiers-test-{logical_id}"
        case "AWS::KMS::Key":
            return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{logical_id}"
        case "AWS::Logs::LogGroup":
            name = resolve(RESOURCES[logical_id]["Properties"]["LogGroupName"])
            return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}:*"
        case kind:
            raise NotImplementedError(f"the ARN of {kind}")


def resolve(value: Any) -> Any:
    """A value of the template with its intrinsic functions replaced by what they return in the stack."""
    match value:
        case {"Ref": name}:
            return PSEUDO_PARAMETERS[name]
        case {"Fn::GetAtt": [logical_id, "Arn"]}:
            return arn(logical_id)
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([\w:]+)(\.Arn)?\}", lambda m: arn(m[1]) if m[2] else PSEUDO_PARAMETERS[m[1]], text)
        case dict() if any(key.startswith("Fn::") for key in value):
            raise NotImplementedError(f"the intrinsic function of {value}")
        case dict():
            return {key: resolve(each) for key, each in value.items()}
        case list():
            return [resolve(each) for each in value]
        case _:
            return value


TABLE = arn("Table")
INDEX = f"{TABLE}/index/by_external_identifier"
KEY = arn("TableKey")


def role_of(function: str) -> str:
    """The logical id of a function's role."""
    role, attribute = RESOURCES[function]["Properties"]["Role"]["Fn::GetAtt"]
    assert attribute == "Arn"
    return str(role)


def statements_of(function: str) -> list[dict[str, Any]]:
    """The statements of all policies of a function's role, inline and managed, with intrinsic functions resolved.

    Raises KeyError for a managed policy that is not in the template, because its statements are unknown.
    """
    role = RESOURCES[role_of(function)]["Properties"]
    documents = [policy["PolicyDocument"] for policy in role.get("Policies", [])]
    documents += [RESOURCES[arn["Ref"]]["Properties"]["PolicyDocument"] for arn in role.get("ManagedPolicyArns", [])]
    for kind in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy"):
        for policy in resources(kind).values():
            properties = policy["Properties"]
            roles = [*properties.get("Roles", []), properties.get("RoleName")]
            if {"Ref": role_of(function)} in roles:
                documents.append(properties["PolicyDocument"])
    return [resolve(statement) for document in documents for statement in as_list(document["Statement"])]
