"""Dossiers that the first version of the service stored: shown, updated, deleted, and reindexed meanwhile."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from dossiers.storage.items import Put
from dossiers.storage.table import Table
from dossiers.usecases import reindexing
from dossiers.usecases.reindexing import Options, Result
from tests import first_version
from tests.api import Api, Response
from tests.builders import a_patch
from tests.contents import a_user, complete_dossiers, items
from tests.threads import at_once

# The reads are what a function on Lambda does. Writes are botocore's either way.
pytestmark = pytest.mark.parametrize("dynamodb_local", ["signed reads"], indirect=True)

NAME = {"firstname": "Anne-Marie", "lastname": "Müller", "birthdate": "1980-02-23"}
COUNT = 6


@pytest.fixture
def api(dynamodb_local: Table) -> Api:
    return a_user(dynamodb_local)


@pytest.fixture
def dossiers(dynamodb_local: Table, api: Api) -> list[str]:
    """Dossiers of the first version; their ids."""
    ids = [str(uuid4()) for _ in range(COUNT)]
    for number, dossier in enumerate(ids):
        stored = first_version.items_of(api.group, dossier, NAME, external_identifier=f"x{number}")
        dynamodb_local.write([Put(item) for item in stored])
    return ids


def reindex(table: Table, **options: Any) -> list[Result]:
    return [outcome.result for outcome in reindexing.reindex(table, Options(rate=1e9, **options))]


def test_a_dossier_without_a_version_has_version_1(api: Api, dossiers: list[str]) -> None:
    shown = api.show(dossiers[0])
    assert (shown.status, shown.headers["etag"]) == (200, '"1"')
    assert shown.json["updated_at"] == shown.json["created_at"]


@pytest.mark.parametrize("if_match", [None, '"1"', "*"])
@pytest.mark.parametrize("field", ["city", "lastname", "external_identifier"])
def test_an_update_stores_all_of_a_dossier_as_this_version_does(
    dynamodb_local: Table, api: Api, dossiers: list[str], if_match: str | None, field: str
) -> None:
    dossier, *others = dossiers
    updated = api.update(dossier, a_patch(**{field: "New-Müller"}), if_match=if_match)
    assert (updated.status, updated.headers["etag"]) == (200, '"2"')
    assert api.search(name="annemarie mueller", birthdate="1980").ids == [dossier]
    reindex(dynamodb_local)
    assert complete_dossiers(dynamodb_local) == sorted([dossier, *others])


def test_an_update_that_expects_another_version_is_stale(dynamodb_local: Table, api: Api, dossiers: list[str]) -> None:
    before = items(dynamodb_local)
    for version in ("0", "2"):
        assert api.update(dossiers[0], a_patch(city="Utrecht"), if_match=f'"{version}"').status == 412
        assert api.delete(dossiers[0], if_match=f'"{version}"').status == 412
    assert items(dynamodb_local) == before


def test_a_patch_that_changes_nothing_writes_nothing(dynamodb_local: Table, api: Api, dossiers: list[str]) -> None:
    before = items(dynamodb_local)
    assert api.update_dossier(dossiers[0], lastname="Müller").headers["etag"] == '"1"'
    assert items(dynamodb_local) == before


def test_reindexing_makes_no_new_version(dynamodb_local: Table, api: Api, dossiers: list[str]) -> None:
    before = [api.show(dossier) for dossier in dossiers]
    assert reindex(dynamodb_local) == [Result.REWRITTEN] * COUNT
    assert [api.show(dossier) for dossier in dossiers] == before
    assert api.search(name="mueller", birthdate="1980-02").ids == sorted(dossiers)
    assert complete_dossiers(dynamodb_local) == sorted(dossiers)


def test_updates_and_deletes_during_reindexing_are_kept(dynamodb_local: Table, api: Api, dossiers: list[str]) -> None:
    """Reindexing starts at the same moment and is repeated with `force`, so that it writes each dossier each time."""
    updated, deleted = dossiers[:4], dossiers[4:]

    def fields(number: int, turn: int) -> dict[str, str]:
        return {"city": f"City {turn}", "lastname": f"Müller {turn}", "external_identifier": f"{number}-{turn}"}

    def update(number: int) -> list[Response]:
        dossier = updated[number]
        return [api.update(dossier, a_patch(**fields(number, turn))) for turn in range(8)]

    def delete(_: int) -> list[Response]:
        return [api.delete(dossier) for dossier in deleted]

    def reindex_again(_: int) -> list[Response]:
        for _turn in range(3):
            assert Result.FAILED not in reindex(dynamodb_local, force=True)
        return []

    work: list[Callable[[int], list[Response]]] = [*[update] * len(updated), delete, reindex_again]
    responses = at_once(len(work), lambda number: work[number](number))

    assert [[response.status for response in some] for some in responses] == [*[[200] * 8] * 4, [204, 204], []]
    reindex(dynamodb_local)
    for number, dossier in enumerate(updated):
        shown = api.show(dossier)
        assert shown.headers["etag"] == '"9"'
        assert (shown.json["person"]["city"], shown.json["person"]["lastname"]) == ("City 7", "Müller 7")
        assert api.search(external_identifier=f"{number}-7").ids == [dossier]
        assert api.search(external_identifier=f"{number}-6").ids == []
    assert api.search(name="mueller 7").ids == sorted(updated)
    assert api.search(name="6").ids == []
    assert complete_dossiers(dynamodb_local, deleted=deleted) == sorted(updated)


def test_of_deletes_at_once_of_a_dossier_without_a_version_exactly_one_gets_204(
    dynamodb_local: Table, api: Api, dossiers: list[str]
) -> None:
    responses = at_once(6, lambda _: api.delete(dossiers[0]))
    assert sorted(response.status for response in responses) == [204, *[404] * 5]
    reindex(dynamodb_local)
    assert complete_dossiers(dynamodb_local, deleted=dossiers[:1]) == sorted(dossiers[1:])


def test_of_updates_at_once_of_a_dossier_without_a_version_none_is_lost(
    dynamodb_local: Table, api: Api, dossiers: list[str]
) -> None:
    fields = ["initials", "city", "zipcode", "street", "country", "subject_code"]
    responses = at_once(len(fields), lambda number: api.update(dossiers[0], a_patch(**{fields[number]: "new"})))
    assert sorted(response.headers["etag"] for response in responses) == [f'"{version}"' for version in range(2, 8)]
    person = api.show_dossier(dossiers[0])["person"]
    assert {field: person[field] for field in fields} == dict.fromkeys(fields, "new")
    reindex(dynamodb_local)
    assert complete_dossiers(dynamodb_local) == sorted(dossiers)
