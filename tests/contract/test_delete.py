"""DELETE: nothing of the dossier is left."""

import pytest

from tests.api import Api
from tests.builders import a_body, a_word

NOT_FOUND = {"dossier_id": ["not_found"]}


def test_a_delete_returns_204_without_a_body(api: Api) -> None:
    response = api.delete(api.create_dossier())
    assert (response.status, response.body) == (204, "")


def test_a_deleted_dossier_has_no_version(api: Api) -> None:
    assert "etag" not in api.delete(api.create_dossier()).headers


def test_a_deleted_dossier_is_not_found(api: Api) -> None:
    dossier = api.create_dossier()
    api.delete_dossier(dossier)
    response = api.show(dossier)
    assert (response.status, response.errors) == (404, NOT_FOUND)


def test_a_second_delete_is_not_found(api: Api) -> None:
    dossier = api.create_dossier()
    api.delete_dossier(dossier)
    response = api.delete(dossier)
    assert (response.status, response.errors) == (404, NOT_FOUND)


def test_a_deleted_dossier_cannot_be_updated(api: Api) -> None:
    dossier = api.create_dossier()
    api.delete_dossier(dossier)
    response = api.update(dossier, {"person": {"city": "Ede"}})
    assert (response.status, response.errors) == (404, NOT_FOUND)
    assert api.show(dossier).status == 404


def test_a_deleted_dossier_is_in_no_list(api: Api) -> None:
    dossier = api.create_dossier()
    api.delete_dossier(dossier)
    assert dossier not in api.all_ids(api.index())
    assert dossier not in api.all_ids(api.search())


def test_a_deleted_dossier_is_found_by_no_word(api: Api) -> None:
    one, two, three = a_word(), a_word(), a_word()
    dossier = api.create_dossier(firstname=one, lastname=f"{two}-{three}")
    api.delete_dossier(dossier)
    for name in (one, two, three, two + three, f"{one} {two}", f"{one} {two}-{three}", f"{one} {two} {three}"):
        assert api.index(name=name).rows == []
        assert api.search(name=name).rows == []


@pytest.mark.parametrize("count", [1, 9, 10, 48])
def test_a_deleted_dossier_is_found_by_no_word_however_many_there_were(api: Api, count: int) -> None:
    words = [a_word()[:9] for _ in range(count)]
    dossier = api.create_dossier(firstname=" ".join(words[: count // 2]), lastname=" ".join(words[count // 2 :]))
    api.delete_dossier(dossier)
    assert [api.search(name=word).ids for word in words] == [[]] * count


def test_a_deleted_dossier_is_not_found_by_its_identifier(api: Api) -> None:
    identifier = a_word()
    api.delete_dossier(api.create_dossier(external_identifier=identifier))
    assert api.search(external_identifier=identifier).rows == []


def test_the_identifier_of_a_deleted_dossier_is_free_at_once(api: Api) -> None:
    identifier = a_word()
    api.delete_dossier(api.create_dossier(external_identifier=identifier))
    dossier = api.create_dossier(external_identifier=identifier)
    assert api.search(external_identifier=identifier).ids == [dossier]


def test_the_identifier_of_a_deleted_dossier_is_free_for_an_update_at_once(api: Api) -> None:
    identifier = a_word()
    dossier = api.create_dossier()
    api.delete_dossier(api.create_dossier(external_identifier=identifier))
    api.update_dossier(dossier, external_identifier=identifier)
    assert api.search(external_identifier=identifier).ids == [dossier]


def test_an_updated_dossier_is_deleted_with_its_new_name_and_identifier(api: Api) -> None:
    old, new, identifier = a_word(), a_word(), a_word()
    dossier = api.create_dossier(lastname=old, external_identifier=a_word())
    api.update_dossier(dossier, lastname=new, external_identifier=identifier)
    api.delete_dossier(dossier)
    for response in (api.search(name=old), api.search(name=new), api.search(external_identifier=identifier)):
        assert response.rows == []


def test_other_dossiers_stay(api: Api) -> None:
    lastname = a_word()
    dossier, namesake = api.create_dossier(lastname=lastname), api.create_dossier(lastname=lastname)
    there = api.create_dossier(lastname=lastname, group=api.other)
    api.delete_dossier(dossier)
    assert api.search(name=lastname).ids == [namesake]
    assert api.search(api.other, name=lastname).ids == [there]
    assert api.show_dossier(namesake)["person"]["lastname"] == lastname


def test_a_dossier_is_deleted_in_its_own_group_alone(api: Api) -> None:
    dossier = api.create_dossier(group=api.other)
    response = api.delete(dossier)
    assert (response.status, response.errors) == (404, NOT_FOUND)
    assert api.show_dossier(dossier, group=api.other)["id"] == dossier


def test_the_key_of_a_create_keeps_the_id_of_a_deleted_dossier(api: Api) -> None:
    body, key = a_body(firstname=(name := a_word())), a_word()
    first = api.create(body, key=key)
    api.delete_dossier(first.json["id"])
    again = api.create(body, key=key)
    assert (again.status, again.json, again.headers["idempotent-replayed"]) == (200, first.json, "true")
    assert api.search(name=name).rows == []


def test_the_key_of_a_create_of_a_deleted_dossier_cannot_be_reused(api: Api) -> None:
    key = a_word()
    api.delete_dossier(api.create(a_body(), key=key).json["id"])
    response = api.create(a_body(), key=key)
    assert (response.status, response.errors) == (422, {"idempotency_key": ["reused"]})


@pytest.mark.parametrize("body", ["{}", " ", "null", '{"person": null}', b"\xff", b"\x00"])
def test_a_delete_takes_no_body(api: Api, body: str | bytes) -> None:
    dossier = api.create_dossier()
    response = api.delete(dossier, body=body)
    assert (response.status, response.errors) == (422, {"base": ["invalid"]})
    assert api.show(dossier).status == 200


@pytest.mark.parametrize("body", ["", b""])
def test_an_empty_body_is_no_body(api: Api, body: str | bytes) -> None:
    assert api.delete(api.create_dossier(), body=body).status == 204


@pytest.mark.parametrize("name", ["force", "version", "name", "limit", "if_match"])
def test_a_delete_takes_no_parameter(api: Api, name: str) -> None:
    dossier = api.create_dossier()
    response = api.delete(dossier, query=f"{name}=1")
    assert (response.status, response.errors) == (422, {name: ["unknown"]})
    assert api.show(dossier).status == 200


def test_body_parameters_and_version_of_a_delete_are_reported_together(api: Api) -> None:
    dossier = api.create_dossier()
    response = api.delete(dossier, query="x=1&if_match=1", body="{}", if_match="1")
    assert (response.status, response.errors) == (
        422,
        {"x": ["unknown"], "base": ["invalid"], "if_match": ["invalid", "unknown"]},
    )
    assert api.show(dossier).status == 200
