"""Writes that race, over HTTP. moto has no conflicts; tests/engine has the same races on DynamoDB Local."""

import pytest

from tests.api import Api
from tests.builders import a_body, a_patch, a_word
from tests.threads import at_once

pytestmark = pytest.mark.over_http


def test_of_24_concurrent_creates_with_one_identifier_one_succeeds_and_the_others_are_taken(api: Api) -> None:
    identifier, name = a_word(), a_word()
    responses = at_once(24, lambda _: api.create(a_body(external_identifier=identifier, firstname=name)))
    [created] = [response.json["id"] for response in responses if response.status == 200]
    refused = [response for response in responses if response.status != 200]
    assert [response.errors for response in refused] == [{"external_identifier": ["taken"]}] * 23
    assert api.search(name=name).ids == api.search(external_identifier=identifier).ids == [created]


def test_16_concurrent_creates_with_one_key_all_return_one_id(api: Api) -> None:
    body, key = a_body(firstname=(name := a_word())), a_word()
    responses = at_once(16, lambda _: api.create(body, key=key))
    assert {response.status for response in responses} == {200}
    [created] = {response.json["id"] for response in responses}
    assert [response.headers.get("idempotent-replayed") for response in responses].count(None) == 1
    assert api.search(name=name).ids == [created]


def test_of_16_updates_of_different_dossiers_to_one_identifier_one_gets_200_and_the_rest_taken(api: Api) -> None:
    identifier = a_word()
    dossiers = [api.create_dossier() for _ in range(16)]
    responses = at_once(16, lambda number: api.update(dossiers[number], a_patch(external_identifier=identifier)))
    [updated] = [response.json["id"] for response in responses if response.status == 200]
    refused = [response for response in responses if response.status != 200]
    assert [response.errors for response in refused] == [{"external_identifier": ["taken"]}] * 15
    assert api.search(external_identifier=identifier).ids == [updated]


FIELDS = ["firstname", "lastname", "initials", "city", "street", "zipcode", "country", "subject_code"]


def test_of_8_updates_of_different_fields_of_one_dossier_none_is_lost(api: Api) -> None:
    dossier = api.create_dossier()
    values = {field: a_word() for field in FIELDS}
    responses = at_once(8, lambda number: api.update(dossier, a_patch(**{FIELDS[number]: values[FIELDS[number]]})))
    assert [response.status for response in responses] == [200] * 8
    assert sorted(response.etag for response in responses) == [f'"{version}"' for version in range(2, 10)]
    shown = api.show_dossier(dossier)["person"]
    assert {field: shown[field] for field in FIELDS} == values
    assert api.search(name=f"{values['firstname']} {values['lastname']}").ids == [dossier]


def test_of_12_updates_of_one_version_one_gets_200_and_the_rest_are_stale(api: Api) -> None:
    dossier = api.create_dossier()
    responses = at_once(12, lambda number: api.update(dossier, a_patch(city=f"city {number}"), if_match='"1"'))
    [updated] = [response for response in responses if response.status == 200]
    assert [response.errors for response in responses if response.status != 200] == [{"base": ["stale"]}] * 11
    assert api.show(dossier).json == updated.json


def test_of_12_deletes_of_one_dossier_one_gets_204_and_the_rest_404(api: Api) -> None:
    dossier = api.create_dossier(firstname=(name := a_word()))
    statuses = [response.status for response in at_once(12, lambda _: api.delete(dossier))]
    assert sorted(statuses) == [204] + [404] * 11
    assert api.search(name=name).rows == []


def test_an_update_and_a_delete_of_one_dossier_leave_nothing_of_it(api: Api) -> None:
    names = [a_word() for _ in range(9)]
    dossier = api.create_dossier(firstname=names[0])

    def write(number: int) -> int:
        if number == 0:
            return api.delete(dossier).status
        return api.update(dossier, a_patch(firstname=names[number])).status

    deleted, *updated = at_once(9, write)
    assert deleted == 204
    assert set(updated) <= {200, 404}
    assert [api.search(name=name).rows for name in names] == [[]] * 9
    assert api.show(dossier).status == 404
