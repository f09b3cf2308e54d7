"""Puts and deletes with conditions in one transaction: all are carried out, or none."""

import pytest

from dossiers.storage.items import ABSENT, Condition, Delete, Key, Put
from dossiers.storage.table import Cancelled, Table
from tests.threads import at_once

KEY, OTHER = Key("p", "one"), Key("p", "other")


def a_put(key: Key, condition: Condition | None = None, **attributes: int) -> Put:
    return Put({**key._asdict(), **attributes}, condition)


def revision_is(number: int) -> Condition:
    return Condition("revision = :revision", {":revision": number})


def test_a_put_replaces_an_item_whose_condition_holds(dynamodb_local: Table) -> None:
    dynamodb_local.write([a_put(KEY, ABSENT, revision=1)])
    dynamodb_local.write([a_put(KEY, revision_is(1), revision=2)])
    assert dynamodb_local.get(KEY) == {**KEY._asdict(), "revision": 2}


def test_a_delete_removes_an_item_whose_condition_holds(dynamodb_local: Table) -> None:
    dynamodb_local.write([a_put(KEY, revision=1)])
    dynamodb_local.write([Delete(KEY, revision_is(1))])
    assert dynamodb_local.get(KEY) is None


def test_a_delete_without_a_condition_succeeds_for_a_missing_item(dynamodb_local: Table) -> None:
    dynamodb_local.write([Delete(KEY)])
    assert dynamodb_local.get(KEY) is None


@pytest.mark.parametrize("failing", [a_put(KEY, revision_is(1)), Delete(KEY, revision_is(1)), a_put(KEY, ABSENT)])
def test_when_one_condition_fails_nothing_is_written_and_the_error_has_the_item(
    dynamodb_local: Table, failing: Put | Delete
) -> None:
    stored = a_put(KEY, revision=2)
    dynamodb_local.write([stored])
    with pytest.raises(Cancelled) as cancelled:
        dynamodb_local.write([a_put(OTHER), failing])
    assert cancelled.value.failed_conditions == {KEY: stored.item}
    assert cancelled.value.cause is None
    assert dynamodb_local.get(KEY) == stored.item
    assert dynamodb_local.get(OTHER) is None


def test_of_concurrent_writes_that_expect_the_same_revision_one_succeeds(dynamodb_local: Table) -> None:
    dynamodb_local.write([a_put(KEY, revision=0)])

    def write(number: int) -> bool:
        try:
            dynamodb_local.write([a_put(KEY, revision_is(0), revision=number + 1)])
        except Cancelled:
            return False
        return True

    succeeded = [number for number, wrote in enumerate(at_once(12, write)) if wrote]
    assert [dynamodb_local.get(KEY)] == [{**KEY._asdict(), "revision": number + 1} for number in succeeded]
