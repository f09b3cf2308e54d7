"""GET without a search: every dossier the user may see, or every one of a group."""

import re

from tests.api import COLUMNS, Api, a_row
from tests.builders import a_body, a_word


def test_a_created_dossier_is_in_the_list_of_all_groups_and_in_that_of_its_group(api: Api) -> None:
    dossier = api.create_dossier()
    assert dossier in api.all_ids(api.index())
    assert dossier in api.all_ids(api.search())


def test_the_list_of_all_groups_contains_every_granted_group(api: Api) -> None:
    own, other = api.create_dossier(), api.create_dossier(group=api.other)
    assert {own, other} <= set(api.all_ids(api.index()))


def test_the_list_of_a_group_contains_no_dossier_of_another_group(api: Api) -> None:
    other = api.create_dossier(group=api.other)
    assert other not in api.all_ids(api.search(api.group))


def test_a_row_holds_the_value_of_each_column(api: Api) -> None:
    lastname = a_word("Doe")
    dossier = api.create_dossier(
        firstname="john", lastname=lastname, birthdate="1980-02-23", gender="M", city="Utrecht"
    )
    expected = {"id": dossier, "birth_year": 1980, "gender": "M", "firstname": "john", "lastnameid": lastname}
    assert list(expected) == COLUMNS
    assert api.search(name=lastname).rows == [list(expected.values())]


def test_a_column_without_a_value_is_null(api: Api) -> None:
    firstname = a_word()
    dossier = api.create_dossier(firstname=firstname, lastname=None)
    assert api.search(name=firstname).rows == [a_row(id=dossier, firstname=firstname)]


def test_a_name_is_returned_as_it_was_sent(api: Api) -> None:
    lastname = f'van \'t "Hof\\{a_word()}" – Ünlü \u202e 王小明 😀'
    api.create_dossier(lastname=lastname)
    assert api.search(name=lastname).column("lastnameid") == [lastname]


def test_ids_are_version_4_uuids(api: Api) -> None:
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", api.create_dossier())


def test_a_list_is_json_that_must_not_be_stored(api: Api) -> None:
    response = api.search(limit="1")
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"


def test_a_dossier_whose_name_has_no_words_is_listed(api: Api) -> None:
    response = api.create(a_body(firstname="***", lastname="…"))
    assert response.json["id"] in api.all_ids(api.search())
