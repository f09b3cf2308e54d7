"""The number of requests to DynamoDB, of items read and of capacity units for each request to the API."""

import itertools
import json
import random

import pytest

from dossiers.storage import items
from dossiers.storage.table import Table
from local.engine.engine import Engine
from tests.builders import a_body, a_word
from tests.contents import a_user
from tests.contents import items as items_of
from tests.index_lag import remove_from_index
from tests.recording import Recording

MANY_WORDS = " ".join(f"w{number}" for number in range(9))
"""One more word makes a name with too many words for pairs."""


def test_a_create_is_two_requests(dynamodb_local: Table, recording: Recording) -> None:
    api = a_user(dynamodb_local)
    recording.clear()
    api.create(a_body(external_identifier=a_word()), key=a_word())
    assert recording.operations == ["GetItem", "TransactWriteItems"]


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


def test_an_identifier_search_is_two_requests(dynamodb_local: Table, recording: Recording) -> None:
    api = a_user(dynamodb_local)
    api.create_dossier(external_identifier="x")
    recording.clear()
    assert len(api.search(external_identifier="x").rows) == 1
    assert recording.operations == ["GetItem", "Query"]
    assert recording.items_read == 1


def test_an_identifier_search_that_finds_nothing_is_three_requests(dynamodb_local: Table, recording: Recording) -> None:
    api = a_user(dynamodb_local)
    recording.clear()
    assert api.search(external_identifier="x").rows == []
    assert recording.operations == ["GetItem", "Query", "GetItem"]


def test_an_identifier_search_while_the_gsi_lags_is_four_requests_and_finds_the_dossier(
    engine: Engine, dynamodb_local: Table, recording: Recording
) -> None:
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(external_identifier="x")
    remove_from_index(engine.client(), dynamodb_local.name, items.dossier_key(api.group, dossier))
    recording.clear()
    assert api.search(external_identifier="x").ids == [dossier]
    assert recording.operations == ["GetItem", "Query", "GetItem", "GetItem"]


@pytest.mark.parametrize("name", ["jan", "jan jansen", "jan van jansen"])
def test_a_name_search_sends_two_queries_per_group_after_the_grants(
    dynamodb_local: Table, recording: Recording, name: str
) -> None:
    """The two queries run in parallel: one reads pairs of words, the other names with too many words for pairs."""
    api = a_user(dynamodb_local, groups=3)
    api.create_dossier(firstname="Jan", lastname="van Jansen")
    recording.clear()
    assert len(api.index(name=name).rows) == 1
    assert recording.operations == ["Query"] + ["Query"] * 3 * 2
    recording.clear()
    assert len(api.search(name=name).rows) == 1
    assert recording.operations == ["GetItem"] + ["Query"] * 2


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
        costs.append((recording.capacity, recording.items_read))
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
    assert recording.operations == ["GetItem", "Query", "Query"]
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
