"""What each function may do on AWS, by all policies of its role in template.yaml."""

from dataclasses import dataclass
from itertools import product

import pytest

from tests.deploy.policy import (
    ENCLOSING_OPERATION,
    LEADING_KEYS,
    VIA_SERVICE,
    Request,
    as_list,
    is_allowed,
)
from tests.deploy.stack import (
    FUNCTIONS,
    INDEX,
    KEY,
    REGION,
    RESOURCES,
    SETTINGS,
    TABLE,
    arn,
    resources,
    role_of,
    statements_of,
)
from tests.deploy.table_requests import ACTIONS, PARTITIONS, READS, WRITES, operations, table_requests


@dataclass(frozen=True)
class Right:
    """What a function is meant to do with the table."""

    action: str
    resource: str
    partitions: tuple[str, ...] | None = None
    """How the partition keys begin. None: a request for an index, whose partitions are groups of any name."""
    inside: str | None = None
    """The one operation that must enclose the request. None: any or none."""

    def includes(self, request: Request) -> bool:
        partitions = request.context.get(LEADING_KEYS, ())
        enclosing = request.context.get(ENCLOSING_OPERATION, ())
        return (
            request.action == f"dynamodb:{self.action}"
            and request.resource == self.resource
            and (self.partitions is None or bool(partitions))
            and (self.partitions is None or all(each.startswith(self.partitions) for each in partitions))
            and (self.inside is None or list(enclosing) == [self.inside])
        )


RIGHTS = {
    "IndexFunction": [Right("Query", TABLE, ("USER#", "GROUP#"))],
    "SearchFunction": [
        Right("Query", TABLE, ("USER#", "GROUP#")),
        Right("GetItem", TABLE, ("USER#", "GROUP#")),
        Right("Query", INDEX),
    ],
    "CreateFunction": [
        Right("GetItem", TABLE, ("USER#",)),
        Right("PutItem", TABLE, ("GROUP#", "DOSSIER#"), inside="TransactWriteItems"),
    ],
    "ShowFunction": [Right("GetItem", TABLE, ("USER#", "GROUP#", "DOSSIER#"))],
    "UpdateFunction": [
        Right("GetItem", TABLE, ("USER#", "GROUP#", "DOSSIER#")),
        Right("PutItem", TABLE, ("GROUP#", "DOSSIER#"), inside="TransactWriteItems"),
        Right("DeleteItem", TABLE, ("GROUP#",), inside="TransactWriteItems"),
    ],
    "DeleteFunction": [
        Right("GetItem", TABLE, ("USER#", "GROUP#", "DOSSIER#")),
        Right("DeleteItem", TABLE, ("GROUP#", "DOSSIER#"), inside="TransactWriteItems"),
    ],
    "GroupsFunction": [Right("Query", TABLE, ("USER#",))],
}

READ_PERSONS = {"ShowFunction", "UpdateFunction", "DeleteFunction"}
"""The functions that may read a person."""
WRITTEN = {
    "PutItem": {
        "GROUP#x": {"CreateFunction", "UpdateFunction"},
        "DOSSIER#x": {"CreateFunction", "UpdateFunction"},
    },
    "DeleteItem": {
        "GROUP#x": {"UpdateFunction", "DeleteFunction"},
        "DOSSIER#x": {"DeleteFunction"},
    },
}
"""Action -> partition -> the functions that may do this, inside a transaction."""


def test_the_rights_of_every_function_are_stated() -> None:
    assert RIGHTS.keys() == FUNCTIONS.keys()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_this_with_the_table_and_no_more(function: str) -> None:
    statements = statements_of(function)
    rights = RIGHTS[function]
    wrong = [
        request
        for request in table_requests()
        if is_allowed(statements, request) != any(right.includes(request) for right in rights)
    ]
    assert wrong == []


def allowed(function: str, actions: list[str], partitions: set[str]) -> list[Request]:
    """The requests for exactly these partitions of the table that a function may send."""
    statements = statements_of(function)
    return [
        request
        for request in table_requests(actions)
        if request.resource != INDEX
        and set(request.context.get(LEADING_KEYS, ())) == partitions
        and is_allowed(statements, request)
    ]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_request_without_a_partition_is_denied(function: str) -> None:
    """For example a scan, which reads all partitions."""
    assert allowed(function, ACTIONS, set()) == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_can_scan_whatever_the_conditions(function: str) -> None:
    unconditional = [{**statement, "Condition": {}} for statement in statements_of(function)]
    assert [request for request in table_requests(["Scan"]) if is_allowed(unconditional, request)] == []


@pytest.mark.parametrize("function", ["IndexFunction", "SearchFunction", "ShowFunction", "GroupsFunction"])
@pytest.mark.parametrize("partition", PARTITIONS)
def test_reading_functions_cannot_write(function: str, partition: str) -> None:
    assert allowed(function, WRITES, {partition}) == []


@pytest.mark.parametrize("function", sorted(FUNCTIONS.keys() - READ_PERSONS))
@pytest.mark.parametrize("partitions", [{"DOSSIER#x"}, {"GROUP#x", "USER#x", "DOSSIER#x"}])
def test_only_show_update_and_delete_can_read_a_person(function: str, partitions: set[str]) -> None:
    assert allowed(function, READS, partitions) == []


@pytest.mark.parametrize("function", sorted(READ_PERSONS))
def test_a_person_is_read_by_its_key_and_no_other_way(function: str) -> None:
    assert {request.action for request in allowed(function, READS, {"DOSSIER#x"})} == {"dynamodb:GetItem"}


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("partition", PARTITIONS)
@pytest.mark.parametrize("action", WRITTEN)
def test_these_functions_write_an_item_inside_a_transaction_only(function: str, partition: str, action: str) -> None:
    enclosing = [request.context.get(ENCLOSING_OPERATION) for request in allowed(function, [action], {partition})]
    is_written = function in WRITTEN[action].get(partition, ())
    assert enclosing == ([["TransactWriteItems"]] if is_written else [])


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("partitions", [{"USER#x"}, {"GROUP#x", "DOSSIER#x", "USER#x"}])
def test_no_function_can_grant(function: str, partitions: set[str]) -> None:
    assert allowed(function, WRITES, partitions) == []


# --- Rights to other services -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_use_these_services_and_no_other(function: str) -> None:
    actions = [action for statement in statements_of(function) for action in as_list(statement["Action"])]
    assert {action.split(":")[0] for action in actions} == {"dynamodb", "kms", "logs", "xray"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_action_and_no_resource_is_a_wildcard_but_for_traces(function: str) -> None:
    for statement in statements_of(function):
        assert "*" not in "".join(as_list(statement["Action"]))
        resources = {resource.removesuffix(":*") for resource in as_list(statement["Resource"])}
        if all(action.startswith("xray:") for action in as_list(statement["Action"])):
            assert resources == {"*"}, "actions of X-Ray have no resources"
        else:
            assert "*" not in "".join(resources)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_decrypts_with_the_key_of_the_table_and_in_requests_of_dynamodb_only(function: str) -> None:
    statements = statements_of(function)
    services = [f"dynamodb.{REGION}.amazonaws.com", f"s3.{REGION}.amazonaws.com", "dynamodb.us-east-1.amazonaws.com"]
    contexts: list[dict[str, list[str]]] = [{}, *({VIA_SERVICE: [service]} for service in services)]
    allowed = [
        (action, key, context)
        for action, key, context in product(operations("kms"), (KEY, KEY + "-another", "*"), contexts)
        if is_allowed(statements, Request(f"kms:{action}", key, context))
    ]
    assert allowed == [("Decrypt", KEY, {VIA_SERVICE: [f"dynamodb.{REGION}.amazonaws.com"]})]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_writes_to_the_log_that_it_is_configured_with_and_to_no_other(function: str) -> None:
    log_group = (SETTINGS | FUNCTIONS[function]["Properties"])["LoggingConfig"]["LogGroup"]["Ref"]
    groups = [arn(name).removesuffix(":*") for name in resources("AWS::Logs::LogGroup")]
    groups += [f"{group}-another" for group in groups]
    streams = [f"{group}:log-stream:2026/01/01/x[1]0" for group in groups]
    allowed = [
        (action, resource)
        for action, resource in product(operations("logs"), [*groups, *streams, "*"])
        if is_allowed(statements_of(function), Request(f"logs:{action}", resource))
    ]
    stream = arn(log_group).removesuffix("*") + "log-stream:2026/01/01/x[1]0"
    assert sorted(allowed) == [("CreateLogStream", stream), ("PutLogEvents", stream)]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_sends_traces_and_reads_none(function: str) -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
    allowed = [each for each in operations("xray") if is_allowed(statements_of(function), Request(f"xray:{each}", "*"))]
    assert sorted(allowed) == ["PutTelemetryRecords", "PutTraceSegments"]


# --- Roles ------------------------------------------------------------------------------------------------------------


def test_every_function_has_its_own_role_and_only_lambda_assumes_it() -> None:
    assert sorted(map(role_of, FUNCTIONS)) == sorted(resources("AWS::IAM::Role"))
    for role in resources("AWS::IAM::Role"):
        (trust,) = RESOURCES[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust == {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_sam_adds_no_policy_of_its_own(function: str) -> None:
    # SAM adds these to a role that it creates. It creates none for a function that has a role.
    assert "Policies" not in FUNCTIONS[function]["Properties"]
