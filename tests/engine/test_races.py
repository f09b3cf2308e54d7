"""Requests for the same dossiers at once. Each test ends with a look at the whole table."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any

import pytest

from dossiers.domain.content import PERSON_FIELDS
from dossiers.storage.table import Table
from tests.api import Api, Response
from tests.builders import a_body, a_patch
from tests.contents import a_user, complete_dossiers
from tests.threads import at_once

# The reads are what a function on Lambda does. Writes are botocore's either way.
pytestmark = pytest.mark.parametrize("dynamodb_local", ["signed reads"], indirect=True)

VALUES = {"email": "johanna@example.com", "birthdate": "1980-02-23", "gender": "F"}
"""Values of the fields that cannot be any text."""
IDENTIFIERS = ("x", "y")


def while_doing(work: Callable[[], Any], check: Callable[[], Any], threads: int = 4) -> int:
    """Call `check` again and again in so many threads for as long as `work` takes. Returns how often it was called."""
    done = Event()

    def repeat(_: int) -> int:
        count = 0
        while not done.is_set():
            check()
            count += 1
        return count

    with ThreadPoolExecutor(threads) as pool:
        counts = [pool.submit(repeat, number) for number in range(threads)]
        try:
            work()
        finally:
            done.set()
    return sum(count.result() for count in counts)


def call(requests: list[Callable[[], Response]], number: int) -> Response:
    return requests[number]()


def statuses(responses: list[Response]) -> Counter[int]:
    return Counter(response.status for response in responses)


# --- Updates of one dossier -------------------------------------------------------------------------------------------


def test_of_updates_of_different_fields_at_once_none_is_lost(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(firstname=None, lastname="Jansen")
    values = {field: VALUES.get(field, f"New {field}") for field in PERSON_FIELDS}

    responses = at_once(
        len(values), lambda number: api.update(dossier, a_patch(**dict([list(values.items())[number]])))
    )

    assert statuses(responses) == {200: len(values)}
    versions = sorted(int(response.headers["etag"].strip('"')) for response in responses)
    assert versions == list(range(2, len(values) + 2))
    shown = api.show(dossier)
    assert (shown.headers["etag"], shown.json["person"]) == (f'"{len(values) + 1}"', values)
    assert api.search(name="new firstname lastname").ids == [dossier]
    assert api.search(name="jansen").ids == []
    assert complete_dossiers(dynamodb_local) == [dossier]


def test_of_updates_at_once_of_one_version_exactly_one_succeeds(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    dossier = api.create_dossier()

    responses = at_once(12, lambda number: api.update(dossier, a_patch(lastname=f"Jansen{number}"), if_match='"1"'))

    assert statuses(responses) == {200: 1, 412: 11}
    [winner] = [number for number, response in enumerate(responses) if response.status == 200]
    shown = api.show(dossier)
    assert (shown.headers["etag"], shown.json["person"]["lastname"]) == ('"2"', f"Jansen{winner}")
    assert [len(api.search(name=f"jansen{number}").rows) for number in range(12)] == [
        int(number == winner) for number in range(12)
    ]
    assert complete_dossiers(dynamodb_local) == [dossier]


# --- Deletes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [{"city": "Utrecht"}, {"lastname": "de Vries"}, {"external_identifier": "y"}])
def test_a_dossier_that_is_deleted_during_updates_is_gone_and_no_update_brings_it_back(
    dynamodb_local: Table, fields: dict[str, str]
) -> None:
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(lastname="Jansen", external_identifier="x")

    def work(number: int) -> Response:
        # Each update changes something.
        patch = a_patch(**fields, subject_code=str(number))
        return api.delete(dossier) if number == 5 else api.update(dossier, patch)

    responses = at_once(12, work)

    assert responses.pop(5).status == 204
    assert statuses(responses).keys() <= {200, 404}
    assert api.show(dossier).status == 404
    for query in (
        {},
        {"name": "jansen"},
        {"name": "vries"},
        {"external_identifier": "x"},
        {"external_identifier": "y"},
    ):
        assert api.search(**query).ids == []
    assert complete_dossiers(dynamodb_local, deleted=[dossier]) == []


def test_an_update_and_a_delete_at_once_of_one_version_do_not_both_succeed(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    for _ in range(10):
        dossier = api.create_dossier()
        patch = a_patch(lastname="de Vries")
        requests: list[Callable[[], Response]] = [
            partial(api.update, dossier, patch, if_match='"1"'),
            partial(api.delete, dossier, if_match='"1"'),
        ]
        update, delete = at_once(2, partial(call, requests))
        assert (update.status, delete.status) in [(200, 412), (404, 204)]
        assert complete_dossiers(dynamodb_local) == ([dossier] if update.status == 200 else [])
        if update.status == 200:
            api.delete_dossier(dossier)


def test_of_deletes_of_one_dossier_at_once_exactly_one_gets_204(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(external_identifier="x")
    assert statuses(at_once(12, lambda _: api.delete(dossier))) == {204: 1, 404: 11}
    assert complete_dossiers(dynamodb_local) == []


def test_an_identifier_is_free_as_soon_as_its_dossier_is_deleted(dynamodb_local: Table) -> None:
    """Creates that compete with the delete are refused as long as the dossier is there, and one succeeds afterwards."""
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(external_identifier="x")

    def work(number: int) -> Response:
        return api.delete(dossier) if number == 0 else api.create(a_body(external_identifier="x"))

    delete, *creates = at_once(8, work)

    assert delete.status == 204
    assert statuses(creates).keys() <= {200, 422}
    assert statuses(creates)[200] <= 1
    created = [response.json["id"] for response in creates if response.status == 200]
    assert api.search(external_identifier="x").ids == created
    assert complete_dossiers(dynamodb_local) == created


# --- Identifiers ------------------------------------------------------------------------------------------------------


def test_of_dossiers_that_compete_for_an_identifier_by_update_one_gets_it(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    dossiers = [api.create_dossier(external_identifier=f"own{number}") for number in range(8)]

    responses = at_once(8, lambda number: api.update(dossiers[number], a_patch(external_identifier="x")))

    assert statuses(responses) == {200: 1, 422: 7}
    [winner] = [dossier for dossier, response in zip(dossiers, responses, strict=True) if response.status == 200]
    refused = [response for response in responses if response.status == 422]
    assert {json.dumps(response.errors) for response in refused} == {'{"external_identifier": ["taken"]}'}
    assert {response.headers["location"].rpartition("/")[2] for response in refused} == {winner}
    assert api.search(external_identifier="x").ids == [winner]
    for number, dossier in enumerate(dossiers):
        assert api.search(external_identifier=f"own{number}").ids == ([] if dossier == winner else [dossier])
    assert complete_dossiers(dynamodb_local) == sorted(dossiers)


def test_of_updates_and_creates_that_compete_for_an_identifier_one_gets_it(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    dossiers = [api.create_dossier() for _ in range(6)]

    def work(number: int) -> Response:
        if number < 6:
            return api.update(dossiers[number], a_patch(external_identifier="x"))
        return api.create(a_body(external_identifier="x"))

    responses = at_once(12, work)

    assert statuses(responses) == {200: 1, 422: 11}
    [winner] = [response.json["id"] for response in responses if response.status == 200]
    assert api.search(external_identifier="x").ids == [winner]
    assert complete_dossiers(dynamodb_local) == sorted({*dossiers, winner})


def test_two_dossiers_swap_their_identifiers_and_nobody_finds_either_twice(dynamodb_local: Table) -> None:
    """Each gives up its own identifier when the other's is taken, and tries again."""
    api = a_user(dynamodb_local)
    dossiers = [api.create_dossier(external_identifier=identifier) for identifier in IDENTIFIERS]

    def swap(number: int) -> None:
        wanted = a_patch(external_identifier=IDENTIFIERS[1 - number])
        for _ in range(1000):
            response = api.update(dossiers[number], wanted)
            if response.status == 200:
                return
            assert response.errors == {"external_identifier": ["taken"]}
            api.update_dossier(dossiers[number], external_identifier=None)
        raise AssertionError("never got the other identifier")

    def search() -> None:
        for identifier in IDENTIFIERS:
            found = api.search(external_identifier=identifier).ids
            assert len(found) <= 1
            assert set(found) <= set(dossiers)

    while_doing(lambda: at_once(2, swap), search)
    assert [api.search(external_identifier=identifier).ids for identifier in IDENTIFIERS] == [
        [dossier] for dossier in reversed(dossiers)
    ]
    assert complete_dossiers(dynamodb_local) == sorted(dossiers)


# --- Reads during updates ---------------------------------------------------------------------------------------------

UP_TO_NINE_WORDS = [
    {"firstname": "Jan Piet", "lastname": "Jansen"},
    {"firstname": "Jan Piet Klaas", "lastname": "van der Jansen"},
    {"firstname": "Piet", "lastname": "Jansen Jan de Vries van den Berg Zoom"},
    {"firstname": "Jansen", "lastname": "Piet-Jan", "gender": "F"},
]
CROSSING = [
    {"firstname": "Jan Piet", "lastname": "Jansen"},
    {"firstname": "Jan Piet", "lastname": " ".join(["Jansen", *(f"w{number}" for number in range(9))])},
]


def renames(api: Api, dossier: str, names: list[dict[str, str]], times: int) -> None:
    for number in range(times):
        api.update_dossier(dossier, **{"gender": None, **names[number % len(names)]})


def possible_rows(dossier: str, names: list[dict[str, str]]) -> list[list[Any]]:
    return [[dossier, None, name.get("gender"), name["firstname"], name["lastname"]] for name in names]


@pytest.mark.parametrize("query", ["jan", "jansen piet", "piet jan jansen", None])
def test_a_search_by_words_that_the_old_and_the_new_name_have_always_finds_one_of_them(
    dynamodb_local: Table, query: str | None
) -> None:
    """Names of up to nine words. Without a query it is the list of all dossiers."""
    api = a_user(dynamodb_local)
    others = [
        api.create_dossier(firstname="Piet Jan", lastname="Jansen"),
        api.create_dossier(firstname="Jan", lastname="Piet Jansen"),
    ]
    dossier = api.create_dossier(**UP_TO_NINE_WORDS[0])
    possible = possible_rows(dossier, UP_TO_NINE_WORDS)
    filters = {} if query is None else {"name": query}

    def search() -> None:
        rows = {row[0]: row for row in api.search(**filters).rows}
        assert rows.keys() == {dossier, *others}
        assert rows[dossier] in possible

    searches = while_doing(lambda: renames(api, dossier, UP_TO_NINE_WORDS, 30), search)
    assert searches > 4
    assert complete_dossiers(dynamodb_local) == sorted([dossier, *others])


def test_a_rename_that_moves_a_dossier_between_ranges_never_shows_it_twice_nor_a_mixture(dynamodb_local: Table) -> None:
    """The one exception: between up to nine words and more, a dossier moves from one key range to another. The same
    search reads both, one after the other or in parallel: it can miss the dossier at that very moment.
    """
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(**CROSSING[0])
    possible = possible_rows(dossier, CROSSING)

    def search() -> None:
        rows = api.search(name="jan jansen").rows
        assert len(rows) <= 1
        assert all(row in possible for row in rows)

    def work() -> None:
        for name in CROSSING * 8:
            api.update_dossier(dossier, **name)
            # Any request that is sent after the response finds it.
            assert api.search(name="jan jansen").ids == [dossier]

    while_doing(work, search)
    assert complete_dossiers(dynamodb_local) == [dossier]


def test_a_dossier_of_two_readings_is_found_once_while_it_is_renamed(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    names = [{"firstname": "Jürgen", "lastname": "O'Müller"}, {"firstname": "Jürgen", "lastname": "Müller"}]
    dossier = api.create_dossier(**names[0])
    possible = possible_rows(dossier, names)

    def search() -> None:
        [row] = api.search(name="müller").rows
        assert row in possible

    while_doing(lambda: renames(api, dossier, names, 30), search)
    assert complete_dossiers(dynamodb_local) == [dossier]


def test_a_dossier_that_is_shown_during_updates_is_of_one_version(dynamodb_local: Table) -> None:
    """The identifier and the version are in the dossier's item, the fields of the person in another."""
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(firstname="1", lastname="1", city="1", zipcode="1", external_identifier="1")

    def work() -> None:
        for number in map(str, range(2, 42)):
            api.update_dossier(
                dossier, firstname=number, lastname=number, city=number, zipcode=number, external_identifier=number
            )

    def show() -> None:
        response = api.show(dossier)
        assert response.status == 200
        person = response.json["person"]
        number = response.headers["etag"].strip('"')
        assert {person[field] for field in ("firstname", "lastname", "city", "zipcode")} == {number}
        assert response.json["dossier"] == {"external_identifier": number}

    while_doing(work, show)
    assert complete_dossiers(dynamodb_local) == [dossier]


def test_an_identifier_that_its_dossier_keeps_during_updates_is_always_found(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(firstname="Jan", lastname="0", external_identifier="x")

    def search() -> None:
        assert api.search(external_identifier="x").ids == [dossier]

    while_doing(lambda: [api.update_dossier(dossier, lastname=str(number)) for number in range(1, 31)], search)
    assert complete_dossiers(dynamodb_local) == [dossier]


def test_nobody_finds_a_part_of_a_dossier_that_is_deleted(dynamodb_local: Table) -> None:
    """What one request found gone stays gone for the requests after it."""
    api = a_user(dynamodb_local)
    dossiers = [api.create_dossier(firstname="Jan", lastname="Jansen", external_identifier=str(n)) for n in range(20)]

    def look() -> None:
        shown = {number: api.show(dossier).status for number, dossier in enumerate(dossiers)}
        assert set(shown.values()) <= {200, 404}
        gone = {dossiers[number] for number, status in shown.items() if status == 404}
        for found in (api.search().ids, api.search(name="jan").ids, api.search(name="jan jansen").ids):
            assert gone.isdisjoint(found)
        for number, status in shown.items():
            assert status == 200 or api.search(external_identifier=str(number)).ids == []

    while_doing(lambda: list(map(api.delete, dossiers)), look)
    assert complete_dossiers(dynamodb_local, deleted=dossiers) == []
