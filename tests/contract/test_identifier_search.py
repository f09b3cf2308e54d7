"""?external_identifier=…: the dossier of a group that has exactly this identifier."""

import pytest

from tests.api import Api
from tests.builders import a_word


def test_a_dossier_is_found_by_its_identifier_right_after_it_was_created(api: Api) -> None:
    identifier = a_word("EPD-")
    dossier = api.create_dossier(external_identifier=identifier)
    assert api.search(external_identifier=identifier).ids == [dossier]


def test_an_identifier_that_nobody_has_finds_nothing(api: Api) -> None:
    assert api.search(external_identifier=a_word()).rows == []


def test_an_identifier_is_unique_in_its_group_only(api: Api) -> None:
    identifier = a_word()
    own = api.create_dossier(external_identifier=identifier)
    other = api.create_dossier(external_identifier=identifier, group=api.other)
    assert api.search(api.group, external_identifier=identifier).ids == [own]
    assert api.search(api.other, external_identifier=identifier).ids == [other]


@pytest.mark.parametrize(
    "variant", ["{}é", "{}e\u0301", "{}E", "{}e", "{} e", "{}#EXTERNAL#e", "{}+e", "{}%2Be", "{}ｅ", "{}😀"]
)
def test_identifiers_are_compared_exactly(api: Api, variant: str) -> None:
    word = a_word()
    api.create_dossier(external_identifier=word)
    dossier = api.create_dossier(external_identifier=variant.format(word))
    assert api.search(external_identifier=variant.format(word)).ids == [dossier]
    assert api.search(external_identifier=variant.format(word) + "x").ids == []


def test_an_identifier_of_255_characters_of_four_bytes_is_found(api: Api) -> None:
    identifier = "😀" * 223 + a_word()
    assert len(identifier) == 255
    dossier = api.create_dossier(external_identifier=identifier)
    assert api.search(external_identifier=identifier).ids == [dossier]


def test_a_searched_identifier_is_trimmed_like_a_created_one(api: Api) -> None:
    identifier = a_word()
    dossier = api.create_dossier(external_identifier=f"\u3000 {identifier}\t")
    assert api.search(external_identifier=identifier).ids == [dossier]
    assert api.search(external_identifier=f" {identifier}\u00a0").ids == [dossier]


@pytest.mark.parametrize("identifier", ["x" * 256, "x" * 1020, "\x00", "a\nb", "\x7f"])
def test_an_identifier_that_no_dossier_can_have_finds_nothing(api: Api, identifier: str) -> None:
    assert api.search(external_identifier=identifier).rows == []


@pytest.mark.parametrize("identifier", ["", " ", "\u3000"])
def test_an_empty_identifier_is_refused(api: Api, identifier: str) -> None:
    response = api.search(external_identifier=identifier)
    assert (response.status, response.errors) == (422, {"external_identifier": ["blank"]})


def test_an_identifier_search_in_all_groups_is_refused(api: Api) -> None:
    response = api.index(external_identifier="x")
    assert (response.status, response.errors) == (422, {"external_identifier": ["dossier_group_id_required"]})


def test_name_and_identifier_exclude_each_other(api: Api) -> None:
    response = api.search(name="jan", external_identifier="x")
    assert (response.status, response.errors) == (422, {"name": ["invalid"]})


def test_an_identifier_search_has_no_next_page(api: Api) -> None:
    identifier = a_word()
    api.create_dossier(external_identifier=identifier)
    assert api.search(external_identifier=identifier, limit="1").next is None
