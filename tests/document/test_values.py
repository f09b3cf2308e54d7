"""The patterns and limits of the document accept what the code accepts."""

import re
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from dossiers.api import headers
from dossiers.domain import birthdates, cursor, text
from dossiers.domain.birthdates import MIN_BIRTH_YEAR
from dossiers.domain.cursor import Position
from openapi import fields, parameters
from tests.openapi import DOCUMENT, validator

SCHEMAS = DOCUMENT["components"]["schemas"]


@given(st.dates(date(1700, 1, 1), date(9999, 12, 31)), st.sampled_from([4, 7, 10]))
@example(date(MIN_BIRTH_YEAR, 1, 1), 10)
@example(date(MIN_BIRTH_YEAR - 1, 12, 31), 4)
def test_the_pattern_of_a_birthdate_matches_every_birthdate(day: date, length: int) -> None:
    birthdate = day.isoformat()[:length]
    assert bool(re.search(fields.BIRTHDATE, birthdate)) == birthdates.is_birthdate(birthdate)


@given(st.from_regex(fields.BIRTHDATE, fullmatch=True))
def test_a_text_that_matches_is_a_birthdate_unless_the_month_has_no_such_day(birthdate: str) -> None:
    assert birthdates.is_birthdate(birthdate) or birthdate[8:] in ("29", "30", "31")


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\0\t\n\r\x7f\x85\x9f\xa0")))
def test_a_text_of_a_field_is_printable(value: str) -> None:
    schema = validator({"type": "string", "pattern": fields.PRINTABLE})
    assert schema.is_valid(value) == text.is_printable(value)
    lines = validator({"type": "string", "pattern": fields.LINES})
    assert lines.is_valid(value) == text.is_printable(value.replace("\n", ""))


@given(st.text("ab1_-#/. ", max_size=70))
@example("g" * 64)
@example("g" * 65)
def test_a_group_id_is_one_of_the_document(group: str) -> None:
    assert validator(SCHEMAS["DossierGroupId"]).is_valid(group) == text.is_group_id(group)


@given(st.from_regex(text.GROUP_ID, fullmatch=True), st.from_regex(text.DOSSIER_ID, fullmatch=True))
def test_a_cursor_is_one_of_the_document(group: str, dossier_id: str) -> None:
    for parameter, position in (("Cursor", Position(group, dossier_id)), ("GroupCursor", Position(group))):
        assert validator(parameters.PARAMETERS[parameter]["schema"]).is_valid(cursor.encode(position))


@given(st.text(st.characters(max_codepoint=0x100), max_size=5))
@example("k" * 255)
@example("k" * 256)
def test_an_idempotency_key_is_one_of_the_document(key: str) -> None:
    schema = validator(parameters.PARAMETERS["IdempotencyKey"]["schema"])
    assert schema.is_valid(key) == (headers.idempotency_key_problems(key) == [])


@given(st.from_regex(r"\A(W/)?\"?[0-9]{0,19}\"?\Z") | st.sampled_from(["*", '"*"', "**", '"1","2"']))
def test_an_entity_tag_is_one_of_the_document(tag: str) -> None:
    schema = validator(parameters.PARAMETERS["IfMatch"]["schema"])
    assert schema.is_valid(tag) == (headers.expected_version(tag)[1] == [])


def test_a_field_is_as_long_as_the_document_says() -> None:
    for name, field in {**fields.PERSON, "external_identifier": fields.EXTERNAL_IDENTIFIER}.items():
        assert field.value["maxLength"] <= text.MAX_LENGTH, name
