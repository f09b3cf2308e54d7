"""The made-up people, the generated group, the intercepted requests, and the arithmetic of the benchmarks."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks import interception
from benchmarks.counting import count_round_trips, count_write_units
from benchmarks.generated_group import PAGE, GeneratedGroup, size
from benchmarks.implementations import PAIRS, WORDS
from benchmarks.interception import intercept
from benchmarks.people import FIRSTNAME, LASTNAME, MATCHES, People
from benchmarks.responses import check_same_rows
from benchmarks.result import Target
from benchmarks.timing import Spread, interleave
from dossiers.domain import rows
from dossiers.storage import connection, items
from dossiers.storage.exchange import Response
from dossiers.storage.signed_reads import Settings
from dossiers.storage.table import Table
from dossiers.storage.transport import Transport

_SIZE = 4_000


def test_the_people_of_a_small_group_are_the_first_people_of_a_large_group() -> None:
    assert list(People(1_500)) == list(People(_SIZE))[:1_500]


def test_a_larger_group_has_more_people_with_the_common_last_name_and_the_same_matches() -> None:
    with_lastname = []
    for people in (People(1_000), People(_SIZE)):
        matches = [
            number for number, one in enumerate(people) if (one.firstname, one.lastname) == (FIRSTNAME, LASTNAME)
        ]
        assert matches == list(MATCHES)
        with_lastname.append(Counter(one.lastname for one in people)[LASTNAME])
    assert with_lastname[1] > 2 * with_lastname[0]


@pytest.mark.slow
def test_the_people_with_a_word_are_those_who_have_it_in_their_name() -> None:
    for word in ("jan", "jansen", "van"):
        assert list(People(_SIZE).with_word(word)) == [one for one in People(_SIZE) if word in one.words]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"pk": "é"}, 2 + 2),
        ({"n": 0}, 1 + 1),
        ({"n": 1921}, 1 + 3),
        ({"n": 1980}, 1 + 3),
        ({"words": frozenset({"jan", "jansen"})}, 5 + 3 + 6),
        ({"person": {"firstname": "Zoë"}}, 6 + 3 + 9 + 4 + 1),
    ],
)
def test_the_size_of_an_item_is_counted_as_dynamodb_documents_it(item: Any, expected: int) -> None:
    assert size(item) == expected


def _send(group: GeneratedGroup, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """The group's response, as JSON."""
    body = json.dumps({"ReturnConsumedCapacity": "TOTAL", "ConsistentRead": True, **parameters}).encode()

    def fail() -> Any:
        raise AssertionError("the request was sent to DynamoDB")

    response: dict[str, Any] = json.loads(group.respond(interception.Request(operation, body), fail).body)
    return response


def _query(pk: str, prefix: str, **parameters: Any) -> dict[str, Any]:
    """The parameters of a Query for a key range."""
    values = {":pk": {"S": pk}, ":sk": {"S": prefix}}
    condition = "pk = :pk AND begins_with(sk, :sk)"
    return {"KeyConditionExpression": condition, "ExpressionAttributeValues": values, **parameters}


@pytest.mark.slow
def test_a_generated_group_reads_only_the_matching_rows_for_a_pair_of_words() -> None:
    pk = f"GROUP#group-{_SIZE}#WORD#jan"
    query = _query(pk, "jansen#", TableName=PAIRS, ProjectionExpression="#a", ExpressionAttributeNames={"#a": "row"})
    response = _send(GeneratedGroup(_SIZE), "Query", query)
    people = People(_SIZE)
    assert response["ScannedCount"] == len(MATCHES)
    assert {item["row"]["S"] for item in response["Items"]} == {people.dossier(number).row for number in MATCHES}
    assert response["ConsumedCapacity"]["CapacityUnits"] == 1


def test_a_generated_group_is_read_in_pages_of_1_mb() -> None:
    group, pages = GeneratedGroup(_SIZE), []
    start: dict[str, Any] = {}
    while True:
        query = _query(f"GROUP#group-{_SIZE}", "DOSSIER#", TableName=WORDS, **start)
        pages.append(_send(group, "Query", query))
        if "LastEvaluatedKey" not in pages[-1]:
            break
        start = {"ExclusiveStartKey": pages[-1]["LastEvaluatedKey"]}
    ids = [item["id"]["S"] for page in pages for item in page["Items"]]
    assert ids == sorted(one.id for one in People(_SIZE))
    assert len(pages) > 1
    assert all(page["ConsumedCapacity"]["CapacityUnits"] == PAGE / 4096 + 1 for page in pages[:-1])


def test_a_generated_group_refuses_a_query_that_it_does_not_support() -> None:
    query = _query("GROUP#group-10", "x", TableName=PAIRS, ConsistentRead=False)
    with pytest.raises(ValueError, match="not supported"):
        _send(GeneratedGroup(10), "Query", query)


_ENDPOINT = "http://127.0.0.1:9"


def _signed_reads(transport: Transport) -> Table:
    return connection.by_signed_reads("dossiers", Settings(_ENDPOINT, "eu-west-1", "key", "secret"), transport)


def _botocore(transport: Transport) -> Table:
    return connection.by_botocore("dossiers", transport)


@pytest.mark.parametrize("connect", [_signed_reads, _botocore])
def test_each_request_of_the_service_is_intercepted(connect: Callable[[Transport], Table]) -> None:
    operations: list[str] = []

    def respond(request: interception.Request, _: interception.Send) -> Response:
        operations.append(request.operation)
        assert json.loads(request.body)["TableName"] == "dossiers"
        return interception.ok(b'{"Items": []}')

    table = connect(Transport(_ENDPOINT))
    with intercept(respond):
        assert [list(pages) for pages in table.pages([items.dossier_range("noord")], "row")] == [[[]]]
        assert table.get(items.grant_key("user", "noord")) is None
    assert operations == ["Query", "GetItem"]


@pytest.mark.parametrize(
    ("spans", "count"),
    [([], 0), ([(1, 2)], 1), ([(1, 3), (2, 4)], 1), ([(1, 2), (2, 3)], 2), ([(1, 9), (2, 3), (4, 5)], 1)],
)
def test_requests_that_overlap_in_time_are_one_round_trip(spans: list[tuple[float, float]], count: int) -> None:
    assert count_round_trips(spans) == count


def test_runs_are_interleaved_after_a_warm_up_round_whose_results_are_dropped() -> None:
    calls: list[tuple[str, int]] = []

    def make_run(name: str) -> Callable[[int], int]:
        def run(depth: int) -> int:
            calls.append((name, depth))
            return len(calls)

        return run

    assert interleave({name: make_run(name) for name in "ab"}, depths=[0, 10]) == {"a": [3, 5], "b": [4, 6]}
    assert calls == [("a", 0), ("b", 0), ("a", 0), ("b", 0), ("a", 10), ("b", 10)]


def test_a_spread_is_the_median_and_the_quartiles() -> None:
    assert Spread.of([5, 1, 2, 4, 3]) == Spread(3, 2, 4)
    assert Spread.of([7]) == Spread(7, 7, 7)


def test_a_target_is_met_up_to_its_maximum_and_missed_above_it() -> None:
    assert Target("name", 2, 2).is_met
    assert Target("name", 2.01, 2).cells()[-1] == "**missed**"


def _list_response(*ids: str) -> dict[str, Any]:
    body = {"headers": list(rows.COLUMNS), "rows": [[id_, None, None, None, None] for id_ in ids]}
    return {"statusCode": 200, "body": json.dumps(body)}


def test_implementations_that_return_the_same_rows_in_any_order_pass_the_check() -> None:
    check_same_rows([_list_response("a", "b"), _list_response("b", "a")], expected_count=2)


@pytest.mark.parametrize(
    "responses",
    [
        [_list_response("a", "b"), _list_response("a", "c")],
        [_list_response("a"), _list_response("a")],
        [{"statusCode": 500, "body": '{"headers": []}'}],
    ],
    ids=["other rows", "another number of rows", "not a list"],
)
def test_implementations_that_return_other_rows_than_expected_fail_the_check(responses: list[dict[str, Any]]) -> None:
    with pytest.raises(RuntimeError):
        check_same_rows(responses, expected_count=2)


KEYS: Any = {"pk": "a", "sk": "b"}
DOSSIER: Any = {**KEYS, "dossier_group_id": "noord", "external_identifier": "x", "row": "[]"}
KB = "x" * 1024


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, KEYS, 2),
        (KEYS, None, 2),
        (KEYS, {**KEYS, "row": KB}, 4),
        ({**KEYS, "row": KB}, KEYS, 4),
        (None, DOSSIER, 2 + 1),
        (DOSSIER, None, 2 + 1),
        (DOSSIER, {**DOSSIER, "updated_at": "now"}, 2),
        (DOSSIER, {**DOSSIER, "row": "[1]"}, 2 + 1),
        (DOSSIER, {**DOSSIER, "external_identifier": "y"}, 2 + 1 + 1),
        (DOSSIER, {**DOSSIER, "row": KB}, 4 + 2),
        (DOSSIER, {**KEYS, "dossier_group_id": "noord"}, 2 + 1),
    ],
)
def test_a_write_in_a_transaction_costs_two_units_per_kb_and_what_it_changes_in_the_index(
    old: Any, new: Any, expected: int
) -> None:
    assert count_write_units(old, new) == expected
