"""POST: the fields of a create, and the error keyword of each rule."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import category

import pytest

from dossiers.domain import rows
from dossiers.domain.person import Person
from tests.api import Api, a_row
from tests.builders import RESTRICTED, a_body, a_person, a_word

FIELDS = list(Person.model_fields)
FREE = [field for field in FIELDS if field not in RESTRICTED]


def errors(api: Api, body: Any, **options: str) -> dict[str, list[str]]:
    """The errors of a create, which must be refused with 422."""
    response = api.create(body if isinstance(body, (str, bytes)) else json.dumps(body), **options)
    assert response.status == 422, (response.status, response.body)
    return response.errors


def test_a_create_returns_200_and_an_id_and_nothing_else(api: Api) -> None:
    response = api.create(a_body())
    assert response.status == 200
    assert list(response.json) == ["id"]
    assert "idempotent-replayed" not in response.headers


def test_all_fields_can_be_given(api: Api) -> None:
    person = {**dict.fromkeys(FREE, "x"), **RESTRICTED, "firstname": a_word()}
    response = api.create(json.dumps({"dossier": {"external_identifier": a_word()}, "person": person}))
    assert response.status == 200
    assert api.search(name=person["firstname"]).rows == [json.loads(rows.row(response.json["id"], person))]


@pytest.mark.parametrize("field", FREE)
def test_one_field_is_enough(api: Api, field: str) -> None:
    assert api.create(json.dumps({"person": {field: "x"}})).status == 200


def test_an_identifier_is_enough(api: Api) -> None:
    assert api.create(json.dumps({"dossier": {"external_identifier": a_word()}})).status == 200
    assert api.create(json.dumps({"dossier": {"external_identifier": a_word()}, "person": None})).status == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"dossier": None, "person": None},
        {"dossier": {}, "person": {}},
        {"dossier": {"external_identifier": None}, "person": {"firstname": " ", "email": "", "gender": "\u3000\t"}},
    ],
)
def test_a_create_without_any_value_is_blank(api: Api, body: dict[str, Any]) -> None:
    assert errors(api, body) == {"base": ["blank"]}


def test_blank_is_reported_only_without_other_problems(api: Api) -> None:
    assert errors(api, {"persona": {}}) == {"persona": ["unknown"]}
    assert errors(api, {}, query="x=1") == {"x": ["unknown"]}
    assert errors(api, {}, key="") == {"idempotency_key": ["invalid"]}


def test_null_counts_as_absent(api: Api) -> None:
    lastname = a_word()
    person = dict.fromkeys(FIELDS) | {"lastname": lastname}
    response = api.create(json.dumps({"dossier": {"external_identifier": None}, "person": person}))
    assert api.search(name=lastname).rows == [a_row(id=response.json["id"], lastnameid=lastname)]


def test_unicode_white_space_is_trimmed_before_any_other_rule(api: Api) -> None:
    lastname = a_word()
    dossier = api.create_dossier(
        lastname=f"\n\u2003{lastname}\u0085 ", gender="\tM\u3000", birthdate=" 1980-02-23 ", email=" a@b.nl "
    )
    assert api.search(name=lastname).rows == [
        a_row(id=dossier, birth_year=1980, gender="M", firstname="Johanna", lastnameid=lastname)
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"firstname": "x"},
        {"person": {"firstname": "x", "firstnam": None}},
        {"dossier": {"id": "x"}},
        {"person": {"external_identifier": "x"}},
        {"dossier": {"firstname": "x"}},
        {"dossier_group_id": "x", "person": {"firstname": "x"}},
        {"person": {"Firstname": "x"}},
        {"": 1},
    ],
)
def test_a_field_that_does_not_exist_is_unknown(api: Api, body: dict[str, Any]) -> None:
    assert list(errors(api, body).values()) == [["unknown"]]


@pytest.mark.parametrize("value", [[], "x", 1, True, [{}], 0, ""])
@pytest.mark.parametrize("field", ["dossier", "person"])
def test_dossier_and_person_are_objects(api: Api, field: str, value: Any) -> None:
    assert errors(api, {field: value}) == {field: ["invalid"]}


@pytest.mark.parametrize("value", [1, 1.5, True, [], {}, ["x"], {"x": "x"}])
@pytest.mark.parametrize("field", ["firstname", "birthdate", "gender", "email", "external_identifier"])
def test_a_field_is_a_string(api: Api, field: str, value: Any) -> None:
    where = "dossier" if field == "external_identifier" else "person"
    assert errors(api, {where: {field: value}}) == {field: ["invalid"]}


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x1c", "\x7f", "\x80", "\x9f", "\ud800", "\udc00\ud800"])
@pytest.mark.parametrize("field", ["lastname", "street", "email", "external_identifier"])
def test_control_characters_and_lone_surrogates_are_invalid(api: Api, field: str, character: str) -> None:
    where = "dossier" if field == "external_identifier" else "person"
    assert errors(api, {where: {field: f"a{character}b"}}) == {field: ["invalid"]}


def test_control_characters_that_are_no_white_space_are_not_trimmed(api: Api) -> None:
    assert errors(api, {"person": {"city": "\x1fUtrecht"}}) == {"city": ["invalid"]}
    assert api.create(json.dumps({"person": {"city": "\r\nUtrecht\x0b"}})).status == 200


@pytest.mark.parametrize("character", ["x", "é", "字", "😀"])
@pytest.mark.parametrize("field", ["initials", "street", "external_identifier"])
def test_a_field_has_at_most_255_code_points(api: Api, field: str, character: str) -> None:
    where = "dossier" if field == "external_identifier" else "person"
    body = {where: {field: a_word() + character * 223}}
    assert len(body[where][field]) == 255
    assert api.create(json.dumps(body)).status == 200
    body[where][field] += character
    assert errors(api, body) == {field: ["too_long"]}


@pytest.mark.parametrize(
    "birthdate",
    [
        "1980-02-30", "1981-02-29", "1980-13-01", "1980-00-10", "1980-2-3", "19800223", "1980-W08-6", "23-02-1980",
        "0000-01-01", "1849-12-31", "0027-05-01", "1980-02-23T00:00", "１９８０-02-23", "1980/02/23", "x", "-980-02-23",
        "1980-02-23Z", "1980\u201002\u201023", "1980-13", "1980-00", "1980-1", "1980-", "1980-02-", "-02-23", "02-1980",
        "198", "19800", "１９８０", "0000", "0027", "1849", "1849-12", "27", "80-02-23", "198002",
    ],
)  # fmt: skip
def test_a_birthdate_that_is_no_calendar_date_since_1850_is_invalid(api: Api, birthdate: str) -> None:
    assert errors(api, {"person": {"birthdate": birthdate}}) == {"birthdate": ["invalid_date"]}


@pytest.mark.parametrize(
    "birthdate", ["2000-02-29", "1850-01-01", "1900-12-31", "1980-02", "1850-01", "2000-12", "1980", "1850"]
)
def test_a_past_birthdate_is_accepted_with_or_without_day_and_month(api: Api, birthdate: str) -> None:
    lastname = a_word()
    api.create_dossier(lastname=lastname, birthdate=birthdate)
    assert api.search(name=lastname).column("birth_year") == [int(birthdate[:4])]


def test_a_birthdate_is_not_after_today_anywhere_on_earth(api: Api) -> None:
    today = (datetime.now(UTC) + timedelta(hours=14)).date()
    assert api.create(a_body(birthdate=today.isoformat())).status == 200
    later = (today + timedelta(days=2)).isoformat()
    assert errors(api, {"person": {"birthdate": later}}) == {"birthdate": ["in_future"]}
    assert errors(api, {"person": {"birthdate": "9999-12-31"}}) == {"birthdate": ["in_future"]}


def test_a_birthdate_without_day_or_month_is_not_after_this_month_or_year_anywhere_on_earth(api: Api) -> None:
    today = (datetime.now(UTC) + timedelta(hours=14)).date()
    for birthdate in (f"{today:%Y-%m}", f"{today:%Y}"):
        assert api.create(a_body(birthdate=birthdate)).status == 200
    next_month = today.replace(day=28) + timedelta(days=7)
    for birthdate in (f"{next_month:%Y-%m}", f"{today.year + 1}", f"{today.year + 1}-01", "9999-12", "9999"):
        assert errors(api, {"person": {"birthdate": birthdate}}) == {"birthdate": ["in_future"]}


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("field", [*FIELDS, "external_identifier"])
def test_only_a_street_may_contain_line_breaks(api: Api, field: str, line_break: str) -> None:
    where = "dossier" if field == "external_identifier" else "person"
    body = {where: {field: f"Huize Rust{line_break}Dorpsstraat 1{line_break}{a_word()}"}}
    if field == "street":
        assert api.create(json.dumps(body)).status == 200
    else:
        assert errors(api, body) == {field: ["invalid"]}


LINE_BREAKS = "\r\n"
CONTROLS = [char for char in map(chr, range(0xA0)) if category(char) == "Cc" and char not in LINE_BREAKS]


def test_every_other_control_character_is_invalid_in_a_street_too(api: Api) -> None:
    assert len(CONTROLS) == 63
    for control in CONTROLS:
        assert errors(api, {"person": {"street": f"a\n{control}b"}}) == {"street": ["invalid"]}


def test_a_line_break_in_a_street_counts_as_one_code_point(api: Api) -> None:
    street = "\r\n".join(["x" * 127, "y" * 127])
    assert api.create(a_body(street=street)).status == 200
    assert errors(api, {"person": {"street": f"{street}y"}}) == {"street": ["too_long"]}


@pytest.mark.parametrize("gender", ["m", "f", "X", "MF", "Male", "ＭM", "0"])
def test_a_gender_other_than_m_or_f_is_refused(api: Api, gender: str) -> None:
    assert errors(api, {"person": {"gender": gender}}) == {"gender": ["inclusion"]}


@pytest.mark.parametrize(
    "email", ["x", "x@", "@x.nl", "x@y", "x y@z.nl", "x@@y.nl", "x@y..nl", "a@b.nl, c@d.nl", "Jan <j@x.nl>"]
)
def test_an_email_that_is_not_one_address_is_invalid(api: Api, email: str) -> None:
    assert errors(api, {"person": {"email": email}}) == {"email": ["invalid_email"]}


@pytest.mark.parametrize(
    "email", ["j@example.com", "J.O'Neil+epd@mail.example.org", "user@hospital.local", "jan@münchen.example"]
)
def test_valid_addresses_of_every_kind_are_accepted(api: Api, email: str) -> None:
    assert api.create(a_body(email=email)).status == 200


def an_address(local: str, length: int) -> str:
    """An address of this many characters."""
    rest = length - len(local) - len("@.example")
    return f"{local}@{'.'.join(['d' * 60] * 2 + ['d' * (rest - 122)])}.example"


def test_an_email_has_at_most_254_bytes(api: Api) -> None:
    assert api.create(a_body(email=an_address("j" * 64, 254))).status == 200
    assert errors(api, {"person": {"email": an_address("j" * 64, 255)}}) == {"email": ["invalid_email"]}


@pytest.mark.parametrize("email", ["é" * 121 + "@example.com", "jan@" + "é" * 50 + "." + "ë" * 50 + ".example"])
def test_an_email_has_at_most_254_bytes_in_utf_8_and_with_its_domain_in_ascii(api: Api, email: str) -> None:
    assert len(email) < 254
    assert api.create(a_body(email=email.replace("é", "", 1))).status == 200
    assert errors(api, {"person": {"email": "x" * 100 + email}}) == {"email": ["invalid_email"]}


@pytest.mark.parametrize("field", ["firstname", "lastname"])
def test_a_folded_word_of_a_name_is_at_most_480_bytes(api: Api, field: str) -> None:
    assert api.create(json.dumps({"person": {field: "字" * 160}})).status == 200
    assert errors(api, {"person": {field: "字" * 161}}) == {field: ["too_long"]}
    assert api.create(json.dumps({"person": {field: "字" * 120 + "-" + "字" * 120}})).status == 200


def test_names_have_at_most_48_different_words_together(api: Api) -> None:
    words = [f"{number:02}" for number in range(49)]
    fits = a_person(firstname=" ".join(words[:24]), lastname=" ".join(words[24:48] + words[:10]))
    assert api.create(json.dumps({"person": fits})).status == 200
    both = a_person(firstname=" ".join(words[:24]), lastname=" ".join(words[24:]))
    assert errors(api, {"person": both}) == {"firstname": ["too_many_words"], "lastname": ["too_many_words"]}
    one = {"person": {"lastname": " ".join(words)}}
    assert errors(api, one) == {"lastname": ["too_many_words"]}


@pytest.mark.parametrize(
    "name", ["ĸʼnŉ", "𐐀𐐨", "ᏣᎳᎩ", "ꙮ", "ﷺ", "𠮷野家", "ᠮᠣᠩᠭᠣᠯ", "ಕನ್ನಡ", "ⴰⵎⴰⵣⵉⵖ", "𞤆𞤵𞤤𞤢𞤪", "👩‍👩‍👧", "ʘǃǂ"]
)
def test_a_name_may_contain_letters_of_any_script(api: Api, name: str) -> None:
    assert api.create(a_body(firstname=name)).status == 200


def test_all_invalid_fields_are_reported_together_with_one_keyword_each(api: Api) -> None:
    broken = {
        "dossier": {"external_identifier": 5, "x": 1},
        "person": {
            "firstname": "a" * 256,
            "lastname": " ".join(str(number) for number in range(49)),
            "email": "x",
            "birthdate": "x",
            "gender": "x",
            "phone_home": "\x00" * 300,
            "y": None,
        },
        "z": {},
    }
    assert errors(api, broken, query="q=1", key="é") == {
        "external_identifier": ["invalid"],
        "x": ["unknown"],
        "firstname": ["too_long"],
        "lastname": ["too_many_words"],
        "email": ["invalid_email"],
        "birthdate": ["invalid_date"],
        "gender": ["inclusion"],
        "phone_home": ["invalid"],
        "y": ["unknown"],
        "z": ["unknown"],
        "q": ["unknown"],
        "idempotency_key": ["invalid"],
    }


TOO_MANY_WORDS = " ".join(str(number) for number in range(49))


@pytest.mark.parametrize(
    ("body", "query", "key", "expected"),
    [
        ({"dossier": {"email": "x"}, "person": {"email": "bad"}}, "", None, {"email": ["invalid_email", "unknown"]}),
        ({"email": 1, "person": {"email": 1}}, "", None, {"email": ["invalid", "unknown"]}),
        (
            {"dossier": {"birthdate": "x"}, "person": {"birthdate": "9999"}},
            "",
            None,
            {"birthdate": ["in_future", "unknown"]},
        ),
        (
            {"firstname": "x", "person": {"firstname": TOO_MANY_WORDS}},
            "lastname=x",
            None,
            {"firstname": ["too_many_words", "unknown"], "lastname": ["unknown"]},
        ),
        (
            {"dossier": {"external_identifier": "x" * 256}, "person": {"external_identifier": "x"}},
            "",
            None,
            {"external_identifier": ["too_long", "unknown"]},
        ),
        ({"dossier": 1, "person": {"dossier": {}}}, "", None, {"dossier": ["invalid", "unknown"]}),
        ({"person": {"gender": "x"}}, "gender=M", None, {"gender": ["inclusion", "unknown"]}),
        ({"person": {"city": "x"}}, "idempotency_key=x", "a b", {"idempotency_key": ["invalid", "unknown"]}),
        ({"base": 1, "person": {"city": "x"}}, "%ff=x", None, {"base": ["invalid", "unknown"]}),
        ({"x": 1, "dossier": {"x": 1}, "person": {"x": 1}}, "x=1", None, {"x": ["unknown"]}),
    ],
)
def test_two_problems_under_one_name_are_both_reported_in_alphabetical_order(
    api: Api, body: dict[str, Any], query: str, key: str | None, expected: dict[str, list[str]]
) -> None:
    response = api.create(json.dumps(body), query=query, key=key)
    assert (response.status, response.errors) == (422, expected)


def test_an_identifier_that_a_dossier_of_the_group_has_is_taken(api: Api) -> None:
    identifier = a_word()
    dossier = api.create_dossier(external_identifier=identifier)
    assert errors(api, a_body(external_identifier=identifier)) == {"external_identifier": ["taken"]}
    assert errors(api, a_body(external_identifier=f" {identifier} ")) == {"external_identifier": ["taken"]}
    assert api.search(external_identifier=identifier).ids == [dossier]


def test_taken_is_checked_only_if_every_field_is_valid(api: Api) -> None:
    identifier = a_word()
    api.create_dossier(external_identifier=identifier)
    assert errors(api, a_body(external_identifier=identifier, gender="x")) == {"gender": ["inclusion"]}


def test_a_refused_create_writes_nothing(api: Api) -> None:
    identifier, lastname = a_word(), a_word()
    api.create_dossier(external_identifier=identifier)
    errors(api, a_body(external_identifier=identifier, lastname=lastname))
    errors(api, a_body(external_identifier=a_word(), lastname=lastname, gender="x"))
    assert api.search(name=lastname).rows == []
