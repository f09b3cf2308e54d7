"""GET of one dossier: everything that is stored of it."""

import json
import re
from datetime import datetime

import pytest

from dossiers.domain.person import Person
from tests.api import Api
from tests.builders import a_body, a_word

FIELDS = list(Person.model_fields)
NOTHING = dict.fromkeys(FIELDS)
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"

PERSON = dict.fromkeys(FIELDS, "x") | {"birthdate": "1980-02-23", "gender": "F", "email": "j@example.com"}


def test_a_dossier_is_shown_with_every_field(api: Api) -> None:
    identifier = a_word()
    response = api.create(json.dumps({"dossier": {"external_identifier": identifier}, "person": PERSON}))
    shown = api.show_dossier(response.json["id"])
    assert shown == {
        "id": response.json["id"],
        "dossier": {"external_identifier": identifier},
        "person": PERSON,
        "created_at": shown["created_at"],
        "updated_at": shown["updated_at"],
    }


def test_the_fields_of_a_person_are_shown_in_the_published_order(api: Api) -> None:
    assert list(api.show_dossier(api.create_dossier())["person"]) == FIELDS


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_without_a_value_is_null(api: Api, field: str) -> None:
    response = api.create(json.dumps({"person": {field: PERSON[field]}}))
    shown = api.show_dossier(response.json["id"])
    assert shown["dossier"] == {"external_identifier": None}
    assert shown["person"] == NOTHING | {field: PERSON[field]}


def test_a_dossier_with_an_identifier_alone_is_shown(api: Api) -> None:
    identifier = a_word()
    response = api.create(json.dumps({"dossier": {"external_identifier": identifier}}))
    shown = api.show_dossier(response.json["id"])
    assert (shown["dossier"], shown["person"]) == ({"external_identifier": identifier}, NOTHING)


def test_a_new_dossier_has_version_1(api: Api) -> None:
    assert api.show(api.create_dossier()).etag == '"1"'


def test_a_new_dossier_was_updated_when_it_was_created(api: Api) -> None:
    shown = api.show_dossier(api.create_dossier())
    assert re.fullmatch(MOMENT, shown["created_at"])
    assert datetime.fromisoformat(shown["created_at"]).utcoffset() is not None
    assert shown["updated_at"] == shown["created_at"]


def test_a_later_dossier_was_created_later(api: Api) -> None:
    first, second = (api.show_dossier(api.create_dossier())["created_at"] for _ in range(2))
    assert first <= second


def test_fields_are_shown_as_they_were_stored(api: Api) -> None:
    sent = {
        "firstname": " Zoë\u200b\u2003",
        "lastname": 'van \'t "Hof\\" – Ünlü 王小明 😀 \u2028x',
        "street": "Huize Rust\r\nDorpsstraat 1\rEde",
        "birthdate": " 1980-02 ",
        "city": "",
    }
    shown = api.show_dossier(api.create_dossier(**sent))["person"]
    assert {field: shown[field] for field in sent} == {
        "firstname": "Zoë",
        "lastname": 'van \'t "Hof\\" – Ünlü 王小明 😀 \u2028x',
        "street": "Huize Rust\nDorpsstraat 1\nEde",
        "birthdate": "1980-02",
        "city": None,
    }


def test_a_dossier_is_shown_right_after_it_was_created_in_any_granted_group(api: Api) -> None:
    for group in (api.group, api.other):
        dossier = api.create_dossier(group=group)
        assert api.show_dossier(dossier, group=group)["id"] == dossier


def test_showing_a_dossier_changes_nothing(api: Api) -> None:
    dossier = api.create_dossier()
    first, again = api.show(dossier), api.show(dossier)
    assert (first.body, first.etag) == (again.body, again.etag)


@pytest.mark.parametrize("name", ["name", "limit", "cursor", "fields", "external_identifier", "version"])
def test_a_show_takes_no_parameter(api: Api, name: str) -> None:
    response = api.show(api.create_dossier(), query=f"{name}=1")
    assert (response.status, response.errors) == (422, {name: ["unknown"]})


@pytest.mark.parametrize("body", ["{}", " ", '{"name": "jan"}', b"\xff"])
def test_a_show_takes_no_body(api: Api, body: str | bytes) -> None:
    response = api.show(api.create_dossier(), body=body)
    assert (response.status, response.errors) == (422, {"base": ["invalid"]})


def test_the_body_and_the_parameters_of_a_show_are_reported_together(api: Api) -> None:
    response = api.show(api.create_dossier(), query="x=1&%ff=1", body="{}")
    assert (response.status, response.errors) == (422, {"x": ["unknown"], "base": ["invalid"]})


def test_a_create_with_a_key_is_shown_like_any_other(api: Api) -> None:
    lastname = a_word()
    response = api.create(a_body(lastname=lastname), key=a_word())
    assert api.show_dossier(response.json["id"])["person"]["lastname"] == lastname
