"""If-Match: a dossier is updated or deleted only if nobody has updated it since it was read."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.api import Api, Response
from tests.builders import a_patch, a_word

STALE = {"base": ["stale"]}
INVALID = {"if_match": ["invalid"]}

WRITES: dict[str, Callable[..., Response]] = {
    "update": lambda api, dossier, **options: api.update(dossier, a_patch(city="Ede"), **options),
    "delete": lambda api, dossier, **options: api.delete(dossier, **options),
}
writes = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())


def a_dossier_of_version_2(api: Api) -> str:
    dossier = api.create_dossier()
    api.update_dossier(dossier, city="Epe")
    return dossier


def is_unchanged(api: Api, dossier: str) -> bool:
    response = api.show(dossier)
    return (response.status, response.etag, response.json["person"]["city"]) == (200, '"2"', "Epe")


@writes
@pytest.mark.parametrize("version", ['"2"', "*"])
def test_a_dossier_of_that_version_is_written(api: Api, write: Callable[..., Response], version: str) -> None:
    assert write(api, a_dossier_of_version_2(api), if_match=version).status in (200, 204)


@writes
@pytest.mark.parametrize("version", ['"1"', '"3"', '"0"', '"22"', '"999999999999"'])
def test_a_dossier_of_another_version_is_stale_and_not_written(
    api: Api, write: Callable[..., Response], version: str
) -> None:
    dossier = a_dossier_of_version_2(api)
    response = write(api, dossier, if_match=version)
    assert (response.status, response.errors) == (412, STALE)
    assert is_unchanged(api, dossier)


MALFORMED = [
    "", "2", '"2', '2"', '""', '"', "'2'", 'W/"2"', 'w/"2"', '"2", "2"', '"2","3"', '"2",', ',"2"', '"x"', '"02"',
    '"+2"', '"-2"', '"2.0"', '"2e0"', '" 2"', '"2 "', '"2"2', '"2" "2"', "**", '"*"', '*, "2"', '"2", *', "version=2",
    '"0x2"', "null", "2" * 1000,
]  # fmt: skip


@writes
@pytest.mark.parametrize("header", MALFORMED)
def test_a_header_of_another_form_is_invalid(api: Api, write: Callable[..., Response], header: str) -> None:
    dossier = a_dossier_of_version_2(api)
    response = write(api, dossier, if_match=header)
    assert (response.status, response.errors) == (422, INVALID)
    assert is_unchanged(api, dossier)


@writes
@pytest.mark.parametrize("headers", [['"2"', '"2"'], ['"2"', '"1"'], ["*", "*"], ['"2"', "*"], ['"2"', ""]], ids=str)
def test_a_header_that_is_sent_twice_is_invalid(api: Api, write: Callable[..., Response], headers: list[str]) -> None:
    """API Gateway joins the two with a comma."""
    dossier = a_dossier_of_version_2(api)
    response = write(api, dossier, if_match=headers)
    assert (response.status, response.errors) == (422, INVALID)
    assert is_unchanged(api, dossier)


@writes
@pytest.mark.parametrize("version", ['"1"', "*"])
def test_a_dossier_that_is_not_there_is_not_found_whatever_version(
    api: Api, write: Callable[..., Response], version: str
) -> None:
    response = write(api, str(uuid4()), if_match=version)
    assert (response.status, response.errors) == (404, {"dossier_id": ["not_found"]})


@writes
def test_the_form_of_the_header_is_checked_before_the_dossier(api: Api, write: Callable[..., Response]) -> None:
    response = write(api, str(uuid4()), if_match="1")
    assert (response.status, response.errors) == (422, INVALID)


def test_the_etag_of_a_create_of_a_show_and_of_an_update_can_be_sent(api: Api) -> None:
    created = api.create(a_patch(lastname=a_word()))
    dossier = created.json["id"]
    updated = api.update(dossier, a_patch(city="Ede"), if_match=created.etag)
    assert updated.status == 200
    again = api.update(dossier, a_patch(city="Epe"), if_match=updated.etag)
    assert again.status == 200
    assert api.delete(dossier, if_match=api.show(dossier).etag).status == 204


def test_the_second_of_two_updates_of_one_version_is_stale(api: Api) -> None:
    dossier = api.create_dossier()
    version = api.show(dossier).etag
    assert api.update(dossier, a_patch(city="Ede"), if_match=version).status == 200
    response = api.update(dossier, a_patch(street="Dorpsstraat 1"), if_match=version)
    assert (response.status, response.errors) == (412, STALE)
    assert api.show_dossier(dossier)["person"]["street"] is None


def test_an_update_that_changes_nothing_needs_the_version_too(api: Api) -> None:
    dossier = a_dossier_of_version_2(api)
    assert api.update(dossier, a_patch(city="Epe"), if_match='"1"').status == 412
    response = api.update(dossier, a_patch(city="Epe"), if_match='"2"')
    assert (response.status, response.etag) == (200, '"2"')


def test_the_version_is_checked_before_the_rules_that_need_the_dossier(api: Api) -> None:
    identifier, name = a_word(), a_word()
    api.create_dossier(external_identifier=identifier)
    dossier = api.create_dossier(firstname=name, lastname=None)
    patches: list[dict[str, Any]] = [
        {"firstname": None},
        {"external_identifier": identifier},
        {"lastname": " ".join(str(number) for number in range(49))},
    ]
    for patch in patches:
        response = api.update(dossier, a_patch(**patch), if_match='"9"')
        assert (response.status, response.errors) == (412, STALE)


def test_a_header_of_another_form_is_reported_together_with_the_fields(api: Api) -> None:
    response = api.update(api.create_dossier(), a_patch(gender="x"), query="y=1", if_match="1")
    assert (response.status, response.errors) == (422, {"gender": ["inclusion"], "y": ["unknown"], **INVALID})


def test_a_parameter_named_as_the_header_is_reported_with_it(api: Api) -> None:
    response = api.update(api.create_dossier(), '{"if_match": 1}', query="if_match=1", if_match="1")
    assert (response.status, response.errors) == (422, {"if_match": ["invalid", "unknown"]})
