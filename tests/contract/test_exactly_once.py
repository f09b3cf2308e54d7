"""Idempotency-Key: a request that is sent again creates no second dossier."""

import json

import pytest

from tests.api import Api
from tests.builders import a_body, a_word


def test_the_same_request_with_the_same_key_gets_the_same_response(api: Api) -> None:
    body, key = a_body(firstname=(name := a_word())), a_word()
    first, again = api.create(body, key=key), api.create(body, key=key)
    assert first.status == again.status == 200
    assert first.body == again.body
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert api.search(name=name).ids == [first.json["id"]]


def test_a_repeated_create_with_an_identifier_is_replayed_and_not_taken(api: Api) -> None:
    body, key = a_body(external_identifier=a_word()), a_word()
    first, again = api.create(body, key=key), api.create(body, key=key)
    assert (again.status, again.json) == (200, first.json)


def test_the_same_json_in_another_order_and_spacing_is_replayed(api: Api) -> None:
    key = a_word()
    first = api.create('{"dossier":{"external_identifier":null},"person":{"firstname":"Zoë","city":"Ede"}}', key=key)
    again = api.create(
        '\ufeff{ "person" : {"city":"Ede",\n\t"firstname":"Zo\\u00eb"}, "dossier":{"external_identifier":null} } ',
        key=key,
    )
    assert (again.status, again.json) == (200, first.json)
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize(
    "body", ['{"person":{"city":"Epe"}}', '{"person":{"city":"Ede "}}', '{"person":{"city":"Ede"},"dossier":null}']
)
def test_another_body_with_the_same_key_is_refused(api: Api, body: str) -> None:
    key = a_word()
    assert api.create('{"person":{"city":"Ede"}}', key=key).status == 200
    response = api.create(body, key=key)
    assert (response.status, response.errors) == (422, {"idempotency_key": ["reused"]})


def test_the_same_body_with_another_key_creates_another_dossier(api: Api) -> None:
    body = a_body()
    assert api.create(body, key=a_word()).json != api.create(body, key=a_word()).json


def test_without_a_key_the_same_request_creates_another_dossier(api: Api) -> None:
    body = a_body()
    assert api.create(body).json != api.create(body).json


def test_a_key_is_private_to_the_group(api: Api) -> None:
    body, key = a_body(), a_word()
    first, other = api.create(body, key=key), api.create(body, key=key, group=api.other)
    assert first.json != other.json
    assert "idempotent-replayed" not in other.headers


def test_a_refused_create_does_not_use_up_its_key(api: Api) -> None:
    key, identifier = a_word(), a_word()
    api.create_dossier(external_identifier=identifier)
    assert api.create(a_body(gender="x"), key=key).status == 422
    assert api.create("{", key=key).status == 400
    assert api.create(a_body(external_identifier=identifier), key=key).errors == {"external_identifier": ["taken"]}
    response = api.create(a_body(), key=key)
    assert response.status == 200
    assert "idempotent-replayed" not in response.headers


@pytest.mark.parametrize("key", ["!", "~" * 255, '"quoted"', "+-", "#", "USER#x"])
def test_a_key_is_1_to_255_visible_ascii_characters_without_a_comma(api: Api, key: str) -> None:
    key = (key + a_word())[-255:]
    body = a_body()
    assert api.create(body, key=key).status == 200
    assert api.create(body, key=key).headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "a\tb", "é", ",", "a,b", "a,", ",a"])
def test_a_key_that_is_empty_or_has_other_characters_is_refused(api: Api, key: str) -> None:
    response = api.create(a_body(), key=key)
    assert (response.status, response.errors) == (422, {"idempotency_key": ["invalid"]})


def test_keys_are_case_sensitive(api: Api) -> None:
    body, key = a_body(), a_word("k")
    assert api.create(body, key=key).json != api.create(body, key=key.upper()).json


def test_the_body_is_compared_as_sent_and_not_as_stored(api: Api) -> None:
    key = a_word()
    assert api.create(json.dumps({"person": {"city": "Ede", "street": ""}}), key=key).status == 200
    response = api.create(json.dumps({"person": {"city": "Ede"}}), key=key)
    assert response.errors == {"idempotency_key": ["reused"]}
