"""White space and invisible characters at the ends of a text: trimmed before any other rule."""

import json

import pytest

from dossiers.domain.person import Person
from tests.api import Api, a_row
from tests.builders import a_body, a_word
from tests.invisible import FORMATS, INVISIBLE, WHITE_SPACE

ALL = "".join(INVISIBLE)

TEXTS = list(Person.model_fields)


def errors(api: Api, body: object) -> dict[str, list[str]]:
    response = api.create(json.dumps(body))
    assert response.status == 422, (response.status, response.body)
    return response.errors


def test_there_are_25_white_spaces_and_more_than_160_format_characters() -> None:
    assert len(WHITE_SPACE) == 25
    assert len(FORMATS) > 160
    assert {"\xad", "\u200b", "\u200d", "\ufeff", "\U000e0001"} <= set(FORMATS)


@pytest.mark.slow
def test_a_field_of_one_invisible_character_counts_as_absent(api: Api) -> None:
    for char in INVISIBLE:
        body = {"dossier": {"external_identifier": char}, "person": dict.fromkeys(TEXTS, char)}
        assert errors(api, body) == {"base": ["blank"]}, ascii(char)


@pytest.mark.slow
def test_every_invisible_character_is_trimmed_from_both_ends_before_any_other_rule(api: Api) -> None:
    for char in INVISIBLE:
        person = {
            "gender": f"{char}M{char}",
            "birthdate": f"{char}1980-02-23{char}",
            "email": f"{char}jan@example.com{char}",
            "initials": char + "x" * 255 + char,
            "city": "\x00",
        }
        assert errors(api, {"person": person}) == {"city": ["invalid"]}, ascii(char)


@pytest.mark.parametrize("ends", [ALL, ALL[::-1], "\ufeff ", " \ufeff", "\u200b\t\u200b\n\xad\u3000", "\ufeff" * 1000])
def test_invisible_characters_are_trimmed_in_any_order_and_number(api: Api, ends: str) -> None:
    lastname, identifier = a_word(), a_word()
    fields = {"lastname": lastname, "birthdate": "1980-02-23", "gender": "F", "email": "a@b.nl"}
    dossier = api.create_dossier(
        external_identifier=ends + identifier + ends, **{name: ends + text + ends for name, text in fields.items()}
    )
    assert api.search(name=lastname).rows == [
        a_row(id=dossier, birth_year=1980, gender="F", firstname="Johanna", lastnameid=lastname)
    ]
    assert api.search(external_identifier=identifier).ids == [dossier]


def test_invisible_characters_inside_a_text_are_kept(api: Api) -> None:
    lastname = f"{a_word()}\u200b \u200d\xad\u2003{a_word()}"
    api.create_dossier(lastname=f"\u200b{lastname}\u200b")
    assert api.search(name=lastname).column("lastnameid") == [lastname]


@pytest.mark.slow
def test_a_searched_identifier_is_trimmed_of_every_invisible_character(api: Api) -> None:
    identifier = a_word()
    dossier = api.create_dossier(external_identifier=identifier)
    for char in INVISIBLE:
        assert api.search(external_identifier=char + identifier + char).ids == [dossier], ascii(char)
        assert api.search(external_identifier=char).errors == {"external_identifier": ["blank"]}, ascii(char)


@pytest.mark.slow
def test_an_identifier_that_differs_only_in_invisible_ends_is_taken(api: Api) -> None:
    identifier = a_word()
    api.create_dossier(external_identifier=identifier)
    for char in FORMATS:
        response = api.create(a_body(external_identifier=f"{char}{identifier}{char}"))
        assert response.errors == {"external_identifier": ["taken"]}, ascii(char)
