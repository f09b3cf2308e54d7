"""The requests of the table for writes, and its errors for a transaction that was cancelled."""

from typing import Any, cast

import pytest

from dossiers.domain.deadline import Deadline
from dossiers.domain.errors import Cause, DatabaseError
from dossiers.storage.items import ABSENT, Condition, Delete, Key, Put
from dossiers.storage.operations import Reads, TransactionCancelled
from dossiers.storage.table import Cancelled, Table

KEY = Key("p", "s")
UNCHANGED = Condition("revision = :revision", {":revision": 3})


class Writes:
    """Records requests. `reasons`: the cancellation reasons of each request, if there are any."""

    def __init__(self, *reasons: dict[str, Any]) -> None:
        self.requests: list[dict[str, Any]] = []
        self._reasons = list(reasons)

    def transact_write_items(self, request: dict[str, Any], _: Deadline) -> None:
        self.requests.append(request)
        if self._reasons:
            raise TransactionCancelled(self._reasons)


def a_table(writes: Writes) -> Table:
    return Table("t", reads=cast("Reads", None), writes=lambda: writes)


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (Put({"pk": "p", "sk": "s", "n": 1}), {"Item": {"pk": {"S": "p"}, "sk": {"S": "s"}, "n": {"N": "1"}}}),
        (Delete(KEY), {"Key": {"pk": {"S": "p"}, "sk": {"S": "s"}}}),
    ],
    ids=["put", "delete"],
)
@pytest.mark.parametrize(
    ("condition", "conditional"),
    [
        (None, {}),
        (ABSENT, {"ConditionExpression": "attribute_not_exists(pk)"}),
        (
            UNCHANGED,
            {
                "ConditionExpression": "revision = :revision",
                "ExpressionAttributeValues": {":revision": {"N": "3"}},
            },
        ),
    ],
    ids=["always", "absent", "unchanged"],
)
def test_a_write_has_the_form_that_transactwriteitems_accepts(
    write: Put | Delete, expected: dict[str, Any], condition: Condition | None, conditional: dict[str, Any]
) -> None:
    writes = Writes()
    kind = type(write).__name__
    conditioned = Put(write.item, condition) if isinstance(write, Put) else Delete(write.key, condition)
    a_table(writes).write([conditioned])
    [request] = writes.requests
    if condition is not None:
        expected = expected | conditional | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    assert request == {"TransactItems": [{kind: {"TableName": "t", **expected}}]}


def test_a_transaction_has_its_token() -> None:
    writes = Writes()
    a_table(writes).write([Delete(KEY)], token="token")
    assert writes.requests[0]["ClientRequestToken"] == "token"


FAILED = {"Code": "ConditionalCheckFailed", "Item": {"pk": {"S": "p"}, "sk": {"S": "s"}, "n": {"N": "1"}}}
NONE = {"Code": "None"}


def test_a_failed_condition_returns_the_stored_item() -> None:
    table = a_table(Writes(NONE, FAILED))
    with pytest.raises(Cancelled) as cancelled:
        table.write([Delete(Key("other", "s")), Put({"pk": "p", "sk": "s"}, ABSENT)])
    assert cancelled.value.failed_conditions == {KEY: {"pk": "p", "sk": "s", "n": 1}}
    assert cancelled.value.cause is None


def test_a_failed_condition_of_a_delete_of_a_missing_item_returns_no_attributes() -> None:
    table = a_table(Writes({"Code": "ConditionalCheckFailed"}))
    with pytest.raises(Cancelled) as cancelled:
        table.write([Delete(KEY, UNCHANGED)])
    assert cancelled.value.failed_conditions == {KEY: {}}


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("TransactionConflict", Cause.CONFLICT),
        ("ThrottlingError", Cause.THROTTLED),
        ("ProvisionedThroughputExceeded", Cause.THROTTLED),
    ],
)
def test_a_retryable_cancellation_has_its_cause(code: str, cause: Cause) -> None:
    with pytest.raises(Cancelled) as cancelled:
        a_table(Writes({"Code": code})).write([Delete(KEY)])
    assert (cancelled.value.failed_conditions, cancelled.value.cause) == ({}, cause)


def test_a_cancellation_for_another_reason_is_a_database_error() -> None:
    with pytest.raises(DatabaseError):
        a_table(Writes({"Code": "ValidationError"})).write([Delete(KEY)])
