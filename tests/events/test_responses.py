"""The functions respond to every event in events/, on the sample data."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from dossiers.domain import rows
from local.sample import users
from local.sample.people import Sample
from local.template import Route
from tests.events.conftest import EVENTS, Event, read
from tests.handlers import invoke

pytestmark = pytest.mark.engine("moto")

API_PAGE = Path(__file__).parents[2] / "docs" / "api.md"
GRANTED = users.USERS[users.EXAMPLE_USER]
GROUP = users.EXAMPLE_GROUP


def _is_called(one: Sample, *names: str) -> bool:
    person = one.document["person"]
    return {person["firstname"], person["lastname"]} == set(names)


# Event that lists -> whether its response contains a sample dossier.
LISTS: dict[str, Callable[[Sample], bool]] = {
    "index": lambda one: one.group in GRANTED,
    "search_by_name": lambda one: one.group in GRANTED and _is_called(one, "Jan", "Jansen"),
    "group_index": lambda one: one.group == GROUP,
    "group_search_by_name": lambda one: one.group == GROUP and _is_called(one, "Bjørn", "Ødegård"),
    "group_search_by_external_identifier": lambda one: one.external_identifier == "EPD-0003",
}
CREATES = {"create", "create_with_idempotency_key"}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_returns_the_table_of_the_dossiers_it_requests(name: str, samples: list[Sample]) -> None:
    response = invoke(read(name))
    assert response["statusCode"] == 200, response["body"]
    table = json.loads(response["body"])
    assert table["headers"] == list(rows.COLUMNS)
    expected = [_columns(one) for one in samples if LISTS[name](one)]
    assert expected
    assert sorted(map(repr, (row[1:] for row in table["rows"]))) == sorted(map(repr, expected))
    assert all(UUID(row[0]).version == 4 for row in table["rows"])


def _columns(one: Sample) -> list[object]:
    return _row("", one.document["person"])[1:]


def _row(dossier_id: str, person: dict[str, str | None]) -> list[object]:
    """The row that lists show of a dossier, with an event's or a sample's person as it was sent."""
    row: list[object] = json.loads(rows.row(dossier_id, {name: text for name, text in person.items() if text}))
    return row


@pytest.mark.parametrize("name", sorted(CREATES))
def test_a_create_returns_the_id_of_a_dossier_that_is_then_listed(name: str, new_samples: list[Sample]) -> None:
    event = read(name)
    response = invoke(event)
    assert response["statusCode"] == 200, response["body"]
    created = json.loads(response["body"])
    assert created.keys() == {"id"}
    listed = json.loads(invoke(read("group_index"))["body"])["rows"]
    assert _row(created["id"], json.loads(event["body"])["person"]) in listed


def test_the_create_with_an_idempotency_key_can_be_sent_again(new_samples: list[Sample]) -> None:
    first, second = (invoke(read("create_with_idempotency_key")) for _ in range(2))
    assert (second["statusCode"], second["body"]) == (200, first["body"])
    assert second["headers"]["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first["headers"]


def test_the_other_create_is_taken_the_second_time(new_samples: list[Sample]) -> None:
    responses = [invoke(read("create")) for _ in range(2)]
    assert [response["statusCode"] for response in responses] == [200, 422]
    assert json.loads(responses[1]["body"]) == {"errors": {"external_identifier": ["taken"]}}


def test_every_event_has_a_test() -> None:
    assert EVENTS.keys() == LISTS.keys() | CREATES
    assert {file.suffix for file in EVENTS.values()} == {".json"}


def test_every_request_of_the_api_page_has_an_event() -> None:
    assert {_shape(read(name)) for name in EVENTS} == _documented()


def test_there_is_a_create_with_an_idempotency_key_and_one_without() -> None:
    assert {"idempotency-key" in read(name)["headers"] for name in CREATES} == {True, False}


def test_every_route_of_the_template_has_an_event(routes: dict[str, Route]) -> None:
    assert {read(name)["routeKey"] for name in EVENTS} == routes.keys()


def _shape(event: Event) -> tuple[str, frozenset[str]]:
    """The request that an event is of: its route and the names of its parameters."""
    return event["routeKey"], frozenset(event.get("queryStringParameters", {}))


def _documented() -> set[tuple[str, frozenset[str]]]:
    section = API_PAGE.read_text(encoding="utf-8").split("\n## Endpoints\n")[1].split("\n## ")[0]
    requests = re.findall(r"^\| `(GET|POST) ([^`?]+)(?:\?([^`]+))?` \|", section, re.MULTILINE)
    return {
        (f"{method} /api/v1{path}", frozenset(pair.split("=")[0] for pair in query.split("&") if pair))
        for method, path, query in requests
    }
