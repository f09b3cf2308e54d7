"""What the benchmarks count with: people who stay the same in a larger group, sizes of items, round trips."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks import wire
from benchmarks.generated import PAGE, Group, size
from benchmarks.people import FIRSTNAME, LASTNAME, MATCHES, People
from benchmarks.round_trips import _rounds
from benchmarks.row import Reach
from benchmarks.sides import PAIRS, WORDS
from benchmarks.timing import Spread, in_turn
from dossiers.storage import connection, items
from dossiers.storage.exchange import Response
from dossiers.storage.signed_reads import Settings
from dossiers.storage.table import Table
from dossiers.storage.transport import Transport

_GROUP = 4_000


def test_the_people_of_a_small_group_are_the_first_of_a_large_one() -> None:
    assert list(People(1_500)) == list(People(_GROUP))[:1_500]


def test_as_many_people_match_in_every_group_while_namesakes_grow() -> None:
    namesakes = []
    for people in (People(1_000), People(_GROUP)):
        named = [number for number, one in enumerate(people) if (one.firstname, one.lastname) == (FIRSTNAME, LASTNAME)]
        assert named == list(MATCHES)
        namesakes.append(Counter(one.lastname for one in people)[LASTNAME])
    assert namesakes[1] > 2 * namesakes[0]


def test_who_has_a_word_is_whose_name_has_it() -> None:
    for word in ("jan", "jansen", "van"):
        assert list(People(_GROUP).having(word)) == [one for one in People(_GROUP) if word in one.words]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"pk": "é"}, 2 + 2),
        ({"n": 0}, 1 + 1),
        ({"n": 1921}, 1 + 3),
        ({"n": 1980}, 1 + 3),
        ({"words": frozenset({"jan", "jansen"})}, 5 + 3 + 6),
    ],
)
def test_an_item_is_as_large_as_dynamodb_says(item: Any, expected: int) -> None:
    assert size(item) == expected


def _asked(group: Group, operation: str, **request: Any) -> dict[str, Any]:
    body = json.dumps({"ReturnConsumedCapacity": "TOTAL", "ConsistentRead": True, **request}).encode()

    def no_network() -> Any:
        raise AssertionError("sent on")

    answer: dict[str, Any] = json.loads(group.send(wire.Request(operation, body), no_network).body)
    return answer


def _query(pk: str, prefix: str, **request: Any) -> dict[str, Any]:
    values = {":pk": {"S": pk}, ":sk": {"S": prefix}}
    condition = "pk = :pk AND begins_with(sk, :sk)"
    return {"KeyConditionExpression": condition, "ExpressionAttributeValues": values, **request}


def test_a_generated_group_answers_a_pair_of_words_with_its_rows_alone() -> None:
    pk = f"GROUP#group-{_GROUP}#WORD#jan"
    asked = _query(pk, "jansen#", TableName=PAIRS, ProjectionExpression="#a", ExpressionAttributeNames={"#a": "row"})
    answer = _asked(Group(_GROUP), "Query", **asked)
    people = People(_GROUP)
    assert answer["ScannedCount"] == len(MATCHES)
    assert {item["row"]["S"] for item in answer["Items"]} == {people.dossier(number).row for number in MATCHES}
    assert answer["ConsumedCapacity"]["CapacityUnits"] == 1


def test_a_generated_group_is_read_in_pages_of_1_mb() -> None:
    group, pages = Group(_GROUP), []
    start: dict[str, Any] = {}
    while True:
        asked = _query(f"GROUP#group-{_GROUP}", "DOSSIER#", TableName=WORDS, **start)
        pages.append(_asked(group, "Query", **asked))
        if "LastEvaluatedKey" not in pages[-1]:
            break
        start = {"ExclusiveStartKey": pages[-1]["LastEvaluatedKey"]}
    ids = [item["id"]["S"] for page in pages for item in page["Items"]]
    assert ids == sorted(one.id for one in People(_GROUP))
    assert len(pages) > 1
    assert all(page["ConsumedCapacity"]["CapacityUnits"] == PAGE / 4096 + 1 for page in pages[:-1])


def test_a_generated_group_refuses_reads_of_another_shape() -> None:
    with pytest.raises(ValueError, match="another shape"):
        _asked(Group(10), "Query", **_query("GROUP#group-10", "x", TableName=PAIRS) | {"ConsistentRead": False})


_ENDPOINT = "http://127.0.0.1:9"


def _signed_reads(transport: Transport) -> Table:
    return connection.by_signed_reads("dossiers", Settings(_ENDPOINT, "eu-west-1", "key", "secret"), transport)


def _botocore(transport: Transport) -> Table:
    return connection.by_botocore("dossiers", transport)


@pytest.mark.parametrize("sent_by", [_signed_reads, _botocore])
def test_each_request_of_the_service_is_seen(sent_by: Callable[[Transport], Table]) -> None:
    seen: list[str] = []

    def answer(request: wire.Request, _: wire.Send) -> Response:
        seen.append(request.operation)
        assert json.loads(request.body)["TableName"] == "dossiers"
        return wire.response(b'{"Items": []}')

    table = sent_by(Transport(_ENDPOINT))
    with wire.through(answer):
        assert list(table.pages(items.dossier_range("noord"), "row")) == [[]]
        assert table.get(items.grant_key("user", "noord")) is None
    assert seen == ["Query", "GetItem"]


@pytest.mark.parametrize(
    ("spans", "rounds"),
    [([], 0), ([(1, 2)], 1), ([(1, 3), (2, 4)], 1), ([(1, 2), (2, 3)], 2), ([(1, 9), (2, 3), (4, 5)], 1)],
)
def test_requests_under_way_together_are_one_round_trip(spans: list[tuple[float, float]], rounds: int) -> None:
    assert _rounds(spans) == rounds


def test_sides_take_turns_after_a_round_that_does_not_count() -> None:
    calls: list[tuple[str, int]] = []

    def run(side: str) -> Callable[[int], int]:
        def once(depth: int) -> int:
            calls.append((side, depth))
            return len(calls)

        return once

    assert in_turn({side: run(side) for side in "ab"}, depths=[0, 10]) == {"a": [3, 5], "b": [4, 6]}
    assert calls == [("a", 0), ("b", 0), ("a", 0), ("b", 0), ("a", 10), ("b", 10)]


def test_a_spread_is_median_and_quartiles() -> None:
    assert Spread.of([5, 1, 2, 4, 3]) == Spread(3, 2, 4)
    assert Spread.of([7]) == Spread(7, 7, 7)


def test_a_reach_that_is_missed_is_said_to_be() -> None:
    assert Reach("what", 2.01, 2).cells()[-1] == "**missed**"
    assert Reach("what", 2, 2).is_met
