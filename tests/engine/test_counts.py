"""The number of requests to DynamoDB, of items read and of capacity units for each request to the API."""

import itertools
import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from dossiers.domain import names
from dossiers.storage.attribute_values import deserialize
from dossiers.storage.items import Item, key_of
from dossiers.storage.table import Table
from local.engine.engine import Engine
from tests.api import Response
from tests.builders import a_body, a_word
from tests.contents import a_user
from tests.contents import items as items_of
from tests.engine import operations
from tests.engine.operations import Operation, World
from tests.recording import Recording

MANY_WORDS = " ".join(f"w{number}" for number in range(9))
"""One more word makes a name with too many words for pairs."""


def index_entry(item: Item | None) -> tuple[Any, ...] | None:
    """What the GSI holds of an item: its key and the row. None when the item is not in the GSI."""
    if item is None or "external_identifier" not in item or "dossier_group_id" not in item:
        return None
    return item["dossier_group_id"], item["external_identifier"], item["row"]


def index_units(before: Item | None, after: Item | None) -> int:
    """Write units of the GSI when an item changes. An entry whose key changes is deleted and put.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
    """
    old, new = index_entry(before), index_entry(after)
    if old == new:
        return 0
    return 2 if old is not None and new is not None and old[:2] != new[:2] else 1


@pytest.mark.parametrize("operation", operations.OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_takes_what_the_table_of_operations_says(
    dynamodb_local: Table,
    engine: Engine,
    recording: Recording,
    monkeypatch: pytest.MonkeyPatch,
    operation: Operation,
) -> None:
    """DynamoDB Local counts the units of transactions wrong: these are counted by items, which are under 1 KB."""
    send = operation.prepare(World(a_user(dynamodb_local), dynamodb_local, engine, recording, monkeypatch))
    before = {key_of(item): item for item in map(deserialize, items_of(dynamodb_local))}
    with recording.in_rounds(*operation.rounds):
        assert send().status == operation.status
    after = {key_of(item): item for item in map(deserialize, items_of(dynamodb_local))}
    changed = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
    carried_out = recording.transactions[-1] if changed else []

    assert sum("Put" in write for write in carried_out) == operation.put
    assert sum("Delete" in write for write in carried_out) == operation.deleted
    assert sum(key not in after for key in changed) == operation.deleted
    assert max(len(json.dumps(item)) for item in items_of(dynamodb_local)) < 1024
    assert recording.read_units == operation.reads
    indexed = sum(index_units(before.get(key), after.get(key)) for key in changed)
    assert 2 * len(carried_out) + indexed == operation.writes


def test_names_of_the_table_of_operations_have_the_readings_that_it_says() -> None:
    assert [len(names.readings(name)) for name in operations.READINGS.values()] == list(operations.READINGS)


@pytest.mark.parametrize(
    ("filters", "in_group"),
    [
        ({}, True),
        ({}, False),
        ({"name": "jansen"}, True),
        ({"name": "jansen"}, False),
        ({"name": "O'Müller-Jansen"}, True),
        ({"name": "jansen", "birthdate": "1980"}, True),
        ({"external_identifier": "x"}, True),
        ({"external_identifier": "nobody's"}, True),
    ],
)
def test_a_post_search_reads_and_returns_what_the_get_does(
    dynamodb_local: Table, recording: Recording, filters: dict[str, str], in_group: bool
) -> None:
    api = a_user(dynamodb_local, groups=2)
    api.create_dossier(lastname="O'Müller-Jansen", external_identifier="x", birthdate="1980-02-23")
    api.create_dossier(lastname="Jansen", group=api.other)
    requests: list[Callable[[], Response]] = [
        lambda: api.search(**filters) if in_group else api.index(**filters),
        lambda: api.post_search(filters) if in_group else api.post_index(filters),
    ]
    responses: list[Response] = []
    reads = []
    for request in requests:
        recording.clear()
        responses.append(request())
        reads.append((Counter(recording.operations), recording.read_units, recording.items_read))
    assert responses[0].rows == responses[1].rows
    assert reads[0] == reads[1]


def test_a_create_that_is_refused_by_its_fields_is_one_request(dynamodb_local: Table, recording: Recording) -> None:
    api = a_user(dynamodb_local)
    recording.clear()
    assert api.create(a_body(gender="x")).status == 422
    assert recording.operations == ["GetItem"]


def test_a_create_that_is_replayed_or_taken_is_two_requests(dynamodb_local: Table, recording: Recording) -> None:
    api, body = a_user(dynamodb_local), a_body(external_identifier=a_word())
    api.create(body, key="key")
    for key, status in (("key", 200), ("other", 422)):
        recording.clear()
        assert api.create(body, key=key).status == status
        assert recording.operations == ["GetItem", "TransactWriteItems"]


def test_a_dossier_with_a_name_of_three_words_is_eight_items_of_less_than_1_kb(dynamodb_local: Table) -> None:
    """Each costs two write units in a transaction. DynamoDB Local counts units wrong: this counts items and bytes."""
    api = a_user(dynamodb_local)
    api.create_dossier(
        firstname="Johanna", lastname="de Vries", email="johanna@example.com", birthdate="1980-02-23", gender="F"
    )
    written = [item for item in items_of(dynamodb_local) if not item["pk"]["S"].startswith("USER#")]
    assert len(written) == 2 + 3 * 4 // 2
    assert max(len(json.dumps(item)) for item in written) < 1024


def test_a_query_that_no_name_can_match_reads_no_names(dynamodb_local: Table, recording: Recording) -> None:
    api = a_user(dynamodb_local, groups=3)
    recording.clear()
    assert api.index(name=" ".join(str(number) for number in range(49))).rows == []
    assert recording.operations == ["Query"]


def test_searches_of_one_and_two_words_read_no_item_that_they_do_not_return(
    dynamodb_local: Table, recording: Recording
) -> None:
    api = a_user(dynamodb_local)
    firstnames, lastnames = (
        ["Jan", "Piet", "Jan Piet", "Maria"],
        ["Jansen", "de Vries", "van der Berg", "Jansen-de Vries", "Jan"],
    )
    for firstname, lastname in itertools.product(firstnames, lastnames):
        for _ in range(random.randint(1, 3)):
            api.create_dossier(firstname=firstname, lastname=lastname)
    words = ["jan", "piet", "maria", "jansen", "de", "vries", "van", "der", "berg", "nobody"]
    for query in [*words, *map(" ".join, itertools.combinations(words, 2))]:
        recording.clear()
        rows = api.search(name=query).rows
        assert recording.items_read == len(rows), query


def test_a_search_costs_the_same_in_a_larger_group(dynamodb_local: Table, recording: Recording) -> None:
    api = a_user(dynamodb_local)
    matches = [api.create_dossier(firstname="Jan", lastname="Jansen") for _ in range(3)]
    costs = []
    for _ in range(3):
        recording.clear()
        assert api.search(name="jan jansen").ids == sorted(matches)
        costs.append((recording.read_units, recording.items_read))
        for _ in range(40):  # namesakes of either word
            api.create_dossier(firstname="Jan", lastname="de Vries")
            api.create_dossier(firstname="Piet", lastname="Jansen")
    assert len(set(costs)) == 1
    assert costs[0][1] == 3


def test_a_list_sends_one_query_per_group_after_the_grants(dynamodb_local: Table, recording: Recording) -> None:
    api = a_user(dynamodb_local, groups=5)
    for _ in range(4):
        api.create_dossier()
    recording.clear()
    assert len(api.index().rows) == 4
    assert recording.operations == ["Query"] * 6
    assert recording.items_read == 5 + 4


def test_a_small_page_reads_one_row_more_than_it_returns(dynamodb_local: Table, recording: Recording) -> None:
    api = a_user(dynamodb_local)
    for _ in range(20):
        api.create_dossier(firstname="Jan", lastname="Jansen")
    for parameters in ({}, {"name": "jan"}, {"name": "jan jansen"}):
        recording.clear()
        assert len(api.search(limit="5", **parameters).rows) == 5
        assert recording.items_read == 6


def test_a_small_page_reads_a_page_of_short_names_and_a_page_of_long_names(
    dynamodb_local: Table, recording: Recording
) -> None:
    """Both ranges are read in parallel, and each may contain the whole page."""
    api = a_user(dynamodb_local)
    for _ in range(20):
        api.create_dossier(firstname="Jan")
        api.create_dossier(firstname="Jan", lastname=MANY_WORDS)
    recording.clear()
    assert len(api.search(limit="5", name="jan").rows) == 5
    assert sorted(recording.operations) == ["GetItem", "Query", "Query"]
    assert recording.items_read == 6 + 6


def test_a_search_for_one_word_reads_no_long_name_without_it(dynamodb_local: Table, recording: Recording) -> None:
    api = a_user(dynamodb_local)
    matches = [api.create_dossier(firstname=name, lastname=MANY_WORDS) for name in ("Jan", "Jan Piet")]
    api.create_dossier(firstname="Piet", lastname=MANY_WORDS)
    recording.clear()
    assert api.search(name="jan").ids == sorted(matches)
    assert recording.items_read == 2


def test_a_request_for_a_group_that_is_not_granted_is_one_request(dynamodb_local: Table, recording: Recording) -> None:
    api = a_user(dynamodb_local, groups=1)
    recording.clear()
    assert api.search(a_word()).status == 404
    assert recording.operations == ["GetItem"]
