"""Query parameters: they are form-encoded, and each must be known and given once."""

import pytest

from tests.api import Api
from tests.builders import a_body, a_word


@pytest.mark.parametrize(
    "query", ["nmae=jan", "nmae", "Name=jan", "name%20=jan", "names[]=jan", "external_identifer=x", "page=2"]
)
def test_a_parameter_that_does_not_exist_is_refused(api: Api, query: str) -> None:
    for path in ("/dossiers", f"/dossier_groups/{api.group}/dossiers"):
        response = api.transport.request("GET", f"/api/v1{path}?{query}")
        assert response.status == 422
        assert list(response.errors.values()) == [["unknown"]]


@pytest.mark.parametrize("name", ["name", "limit", "x", "email"])
def test_a_create_has_no_parameters(api: Api, name: str) -> None:
    response = api.create(a_body(), query=f"{name}=1")
    assert (response.status, response.errors) == (422, {name: ["unknown"]})


@pytest.mark.parametrize("parameter", ["name", "external_identifier", "limit", "cursor"])
def test_a_parameter_given_twice_is_refused(api: Api, parameter: str) -> None:
    response = api.transport.request("GET", f"/api/v1/dossier_groups/{api.group}/dossiers?{parameter}=1&{parameter}=1")
    assert (response.status, response.errors) == (422, {parameter: ["invalid"]})


def test_a_comma_is_part_of_a_parameter(api: Api) -> None:
    dossier = api.create_dossier(external_identifier="a,b" + api.group, lastname="x")
    assert api.search(external_identifier="a,b" + api.group).ids == [dossier]


def test_plus_and_percent_20_are_spaces_and_percent_2b_is_a_plus(api: Api) -> None:
    dossier = api.create_dossier(external_identifier=f"a b+c {api.other}")
    for encoded in (f"a+b%2Bc+{api.other}", f"a%20b%2bc%20{api.other}"):
        target = f"/api/v1/dossier_groups/{api.group}/dossiers?external_identifier={encoded}"
        assert api.transport.request("GET", target).ids == [dossier]


@pytest.mark.parametrize(
    "limit", ["0", "-1", "10001", "", "ten", "1.0", "1e3", "+5", "٣", "99999999999999999999", " 1"]
)
def test_a_limit_is_a_number_from_1_to_10000(api: Api, limit: str) -> None:
    response = api.index(limit=limit)
    assert (response.status, response.errors) == (422, {"limit": ["invalid"]})


def test_text_that_is_not_utf_8_is_refused(api: Api) -> None:
    for parameter in ("name", "external_identifier", "cursor"):
        target = f"/api/v1/dossier_groups/{api.group}/dossiers?{parameter}=%ff%ed%a0%80"
        response = api.transport.request("GET", target)
        assert (response.status, response.errors) == (422, {parameter: ["invalid"]})


def test_all_invalid_parameters_are_reported_together(api: Api) -> None:
    response = api.search(name="-", limit="0", cursor="?", x="")
    assert response.errors == {"name": ["blank"], "limit": ["invalid"], "cursor": ["invalid"], "x": ["unknown"]}


def test_the_name_of_an_unknown_parameter_is_truncated_to_255_characters(api: Api) -> None:
    response = api.index(**{"x" * 300: "1"})
    assert response.errors == {"x" * 255: ["unknown"]}


@pytest.mark.parametrize("name", ["%ff", "%ed%a0%80", "na%c3me", "name%80", "%c0%af"])
def test_a_parameter_name_that_is_not_utf_8_is_invalid_under_base(api: Api, name: str) -> None:
    for query in (f"{name}=jan", f"{name}", f"{name}=%ff", f"{name}=1&{name}=1"):
        for path in ("/dossiers", f"/dossier_groups/{api.group}/dossiers"):
            response = api.transport.request("GET", f"/api/v1{path}?{query}")
            assert (response.status, response.errors) == (422, {"base": ["invalid"]})
        response = api.create(a_body(), query=query)
        assert (response.status, response.errors) == (422, {"base": ["invalid"]})


def test_a_parameter_without_a_name_is_unknown(api: Api) -> None:
    response = api.transport.request("GET", "/api/v1/dossiers?=jan")
    assert (response.status, response.errors) == (422, {"": ["unknown"]})


SEARCHED = ["name", "external_identifier"]


@pytest.mark.parametrize("character", ["x", "'", " ", "é", "\u00b7", "字", "😀"])
@pytest.mark.parametrize("parameter", SEARCHED)
def test_a_searched_text_is_at_most_1020_bytes_of_utf_8(api: Api, parameter: str, character: str) -> None:
    text = "abcdefghijkl" + character * (1008 // len(character.encode()))
    assert len(text.encode()) == 1020
    assert api.search(**{parameter: text}).rows == []
    for longer in (f"{text}x", f" {text}", text + character):
        response = api.search(**{parameter: longer})
        assert (response.status, response.errors) == (422, {parameter: ["too_long"]})


@pytest.mark.parametrize("text", ["'" * 2000, " " * 1021])
def test_the_length_is_checked_before_the_words(api: Api, text: str) -> None:
    assert api.index(name=text).errors == {"name": ["too_long"]}
    assert api.search(external_identifier=text).errors == {"external_identifier": ["too_long"]}


def test_a_text_that_is_too_long_is_reported_together_with_the_other_parameters(api: Api) -> None:
    response = api.search(name="x" * 1021, limit="0", x="1")
    assert response.errors == {"name": ["too_long"], "limit": ["invalid"], "x": ["unknown"]}
    response = api.search(name="x" * 1021, external_identifier="x" * 1021)
    assert response.errors == {"name": ["too_long"], "external_identifier": ["too_long"]}


@pytest.mark.parametrize("text", ["%zz", "%", "%4", "100%", "%é"])
def test_a_percent_sign_without_two_hexadecimal_digits_stands_for_itself(api: Api, text: str) -> None:
    word = a_word()
    dossier = api.create_dossier(external_identifier=word + text)
    response = api.transport.request(
        "GET", f"/api/v1/dossier_groups/{api.group}/dossiers?external_identifier={word}{text}"
    )
    assert response.ids == [dossier]
