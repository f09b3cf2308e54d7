"""Query parameters: form-encoded, known, given once."""

import pytest

from tests.builders import a_body
from tests.contract.api import Api


@pytest.mark.parametrize(
    "query", ["nmae=jan", "nmae", "Name=jan", "name%20=jan", "names[]=jan", "external_identifer=x", "page=2"]
)
def test_a_parameter_that_does_not_exist_is_refused(api: Api, query: str) -> None:
    for path in ("/dossiers", f"/dossier_groups/{api.group}/dossiers"):
        answer = api.transport.request("GET", f"/api/v1{path}?{query}")
        assert answer.status == 422
        assert list(answer.errors.values()) == [["unknown"]]


@pytest.mark.parametrize("name", ["name", "limit", "x", "email"])
def test_a_create_takes_no_parameter(api: Api, name: str) -> None:
    answer = api.create(a_body(), query=f"{name}=1")
    assert (answer.status, answer.errors) == (422, {name: ["unknown"]})


@pytest.mark.parametrize("parameter", ["name", "external_identifier", "limit", "cursor"])
def test_a_parameter_given_twice_is_refused(api: Api, parameter: str) -> None:
    answer = api.transport.request("GET", f"/api/v1/dossier_groups/{api.group}/dossiers?{parameter}=1&{parameter}=1")
    assert (answer.status, answer.errors) == (422, {parameter: ["invalid"]})


def test_a_comma_is_part_of_a_parameter(api: Api) -> None:
    dossier = api.created(external_identifier="a,b" + api.group, lastname="x")
    assert api.search(external_identifier="a,b" + api.group).ids == [dossier]


def test_plus_and_percent_20_are_spaces_and_percent_2b_is_a_plus(api: Api) -> None:
    dossier = api.created(external_identifier=f"a b+c {api.other}")
    for encoded in (f"a+b%2Bc+{api.other}", f"a%20b%2bc%20{api.other}"):
        target = f"/api/v1/dossier_groups/{api.group}/dossiers?external_identifier={encoded}"
        assert api.transport.request("GET", target).ids == [dossier]


@pytest.mark.parametrize(
    "limit", ["0", "-1", "10001", "", "ten", "1.0", "1e3", "+5", "٣", "99999999999999999999", " 1"]
)
def test_a_limit_is_a_number_from_1_to_10000(api: Api, limit: str) -> None:
    answer = api.index(limit=limit)
    assert (answer.status, answer.errors) == (422, {"limit": ["invalid"]})


def test_text_that_is_not_utf_8_is_refused(api: Api) -> None:
    for parameter in ("name", "external_identifier", "cursor"):
        target = f"/api/v1/dossier_groups/{api.group}/dossiers?{parameter}=%ff%ed%a0%80"
        answer = api.transport.request("GET", target)
        assert (answer.status, answer.errors) == (422, {parameter: ["invalid"]})


def test_every_broken_parameter_is_named_at_once(api: Api) -> None:
    answer = api.search(name="-", limit="0", cursor="?", x="")
    assert answer.errors == {"name": ["blank"], "limit": ["invalid"], "cursor": ["invalid"], "x": ["unknown"]}


def test_the_name_of_an_unknown_parameter_is_repeated_cut(api: Api) -> None:
    answer = api.index(**{"x" * 300: "1"})
    assert answer.errors == {"x" * 255: ["unknown"]}
