"""The functions respond to every event in events/, on the sample data."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize
from uuid import UUID

import pytest

from dossiers.domain import rows
from dossiers.domain.content import PERSON_FIELDS
from local.sample import users
from local.sample.people import Sample
from tests.events.conftest import EVENTS, Event, read
from tests.handlers import invoke
from tests.routes import API_ROUTES

pytestmark = pytest.mark.engine("moto")

API_PAGE = Path(__file__).parents[2] / "docs" / "api.md"
GRANTED = users.USERS[users.EXAMPLE_USER]
GROUP = users.EXAMPLE_GROUP


def _is_called(one: Sample, *names: str) -> bool:
    person = one.document["person"]
    return {normalize("NFC", person[field] or "") for field in ("firstname", "lastname")} == set(names)


# Event that lists -> whether its response contains a sample dossier.
LISTS: dict[str, Callable[[Sample], bool]] = {
    "index": lambda one: one.group in GRANTED,
    "search_by_name": lambda one: one.group in GRANTED and _is_called(one, "Jan", "Jansen"),
    "group_index": lambda one: one.group == GROUP,
    "group_search_by_name": lambda one: one.group == GROUP and _is_called(one, "Bjørn", "Ødegård"),
    "group_search_by_external_identifier": lambda one: one.external_identifier == "EPD-0003",
    "post_search_by_name": lambda one: one.group in GRANTED and _is_called(one, "Renée", "Müller"),
    "post_group_search_by_name": lambda one: one.group == GROUP and _is_called(one, "Bjørn", "Ødegård"),
    "post_group_search_by_external_identifier": lambda one: one.external_identifier == "EPD-0003",
}
CREATES = {"create", "create_with_idempotency_key"}
# What the other events do is in the test of each.
OTHERS = {"groups", "show", "update", "delete"}


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


def test_the_groups_are_those_that_are_granted_with_their_roles(samples: list[Sample]) -> None:
    response = invoke(read("groups"))
    assert response["statusCode"] == 200, response["body"]
    assert json.loads(response["body"]) == {"headers": ["id", "role"], "rows": [list(each) for each in GRANTED.items()]}


def test_show_returns_the_dossier(samples: list[Sample]) -> None:
    response = invoke(read("show"))
    assert response["statusCode"] == 200, response["body"]
    [one] = [one for one in samples if one.id == json.loads(response["body"])["id"]]
    assert json.loads(response["body"]).items() >= _shown(one).items()
    assert response["headers"]["ETag"] == '"1"'


def _shown(one: Sample) -> dict[str, object]:
    """What the API shows of a sample."""
    person = dict.fromkeys(PERSON_FIELDS) | one.document["person"]
    return {"id": one.id, "dossier": one.document["dossier"], "person": person}


def test_an_update_returns_the_dossier_that_is_then_shown_and_can_be_sent_again(new_samples: list[Sample]) -> None:
    event = read("update")
    before, *updated, after = (invoke(each) for each in (read("show"), event, event, read("show")))
    assert [each["statusCode"] for each in updated] == [200, 200], updated[0]["body"]
    assert after["body"] == updated[0]["body"] == updated[1]["body"]
    expected = json.loads(before["body"])["person"] | json.loads(event["body"])["person"]
    assert json.loads(after["body"])["person"] == expected != json.loads(before["body"])["person"]
    assert after["headers"]["ETag"] == '"2"'


@pytest.mark.slow
def test_a_delete_deletes_a_dossier_that_no_other_event_needs(new_samples: list[Sample]) -> None:
    event = read("delete")
    deleted = event["pathParameters"]["dossier_id"]
    assert deleted in _ids_in(read("group_index"))
    response = invoke(event)
    assert (response["statusCode"], response["body"]) == (204, None)
    assert deleted not in _ids_in(read("group_index"))
    assert invoke(event)["statusCode"] == 404
    for name in EVENTS.keys() - {"delete"}:
        assert invoke(read(name))["statusCode"] == 200, name


def _ids_in(event: Event) -> set[str]:
    """The ids that the response to an event lists."""
    return {row[0] for row in json.loads(invoke(event)["body"])["rows"]}


def test_every_event_has_a_test() -> None:
    assert EVENTS.keys() == LISTS.keys() | CREATES | OTHERS
    assert {file.suffix for file in EVENTS.values()} == {".json"}


def test_every_request_of_the_api_page_has_an_event() -> None:
    assert {_shape(read(name)) for name in EVENTS} == _documented()


def test_there_is_a_create_with_an_idempotency_key_and_one_without() -> None:
    assert {"idempotency-key" in read(name)["headers"] for name in CREATES} == {True, False}


def test_every_route_of_the_api_has_an_event() -> None:
    assert {read(name)["routeKey"] for name in EVENTS} == {route.key for route in API_ROUTES}


def _shape(event: Event) -> tuple[str, frozenset[str]]:
    """The request that an event is of: its route and the names of its parameters."""
    return event["routeKey"], frozenset(event.get("queryStringParameters", {}))


def _documented() -> set[tuple[str, frozenset[str]]]:
    section = API_PAGE.read_text(encoding="utf-8").split("\n## Endpoints\n")[1].split("\n## ")[0]
    requests = re.findall(r"^\| `(GET|POST|PATCH|DELETE) ([^`?]+)(?:\?([^`]+))?` \|", section, re.MULTILINE)
    return {
        (f"{method} /api/v1{path}", frozenset(pair.split("=")[0] for pair in query.split("&") if pair))
        for method, path, query in requests
    }
