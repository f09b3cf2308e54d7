"""Every kind of request that a function could send to DynamoDB, for the tests of rights to try."""

from collections.abc import Iterator, Sequence
from itertools import combinations, product

import botocore.session

from tests.deploy.policy import Request, a_request
from tests.deploy.stack import INDEX, TABLE


def operations(service: str) -> list[str]:
    """The names of a service's operations. IAM's actions have the same names, with few exceptions."""
    return list(botocore.session.get_session().get_service_model(service).operation_names)


# IAM checks a transaction and a PartiQL statement as these actions, which have no operation of the same name.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
ACTIONS = [
    *operations("dynamodb"),
    *("ConditionCheckItem", "PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate"),
]
READS = ["BatchGetItem", "ConditionCheckItem", "GetItem", "PartiQLSelect", "Query", "Scan"]
WRITES = [
    *("BatchWriteItem", "DeleteItem", "PartiQLDelete", "PartiQLInsert", "PartiQLUpdate", "PutItem", "UpdateItem"),
]
RESOURCES = [
    TABLE,
    INDEX,
    f"{TABLE}/index/another",
    f"{TABLE}/stream/2026-01-01T00:00:00.000",
    f"{TABLE}/backup/1",
    f"{TABLE}-another",
    f"{TABLE}-another/index/by_external_identifier",
    "*",  # for actions that have no resource, such as ListTables
]
PARTITIONS = ["USER#x", "GROUP#x", "DOSSIER#x", "ANOTHER#x"]
ENCLOSING = [None, "TransactGetItems", "TransactWriteItems", "ExecuteTransaction", "BatchExecuteStatement"]
"""The operations that enclose others, and None for a request of its own."""


def table_requests(actions: Sequence[str] = ACTIONS) -> Iterator[Request]:
    """Requests for every set of partitions, on every resource, inside every operation."""
    sets = [each for size in range(len(PARTITIONS) + 1) for each in combinations(PARTITIONS, size)]
    for action, resource, partitions, inside in product(actions, RESOURCES, sets, ENCLOSING):
        yield a_request(f"dynamodb:{action}", resource, *partitions, inside=inside)
