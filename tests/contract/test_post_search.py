"""POST search: what the GETs return, with the filters in the body."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api import Api, Response
from tests.builders import a_word
from tests.contract.test_bodies import INVALID_JSON, LONE_SURROGATES, NOT_A_JSON_OBJECT

Search = Callable[..., Response]
SEARCHES: dict[str, Search] = {
    "all groups": lambda api, filters, **parameters: api.post_index(filters, **parameters),
    "one group": lambda api, filters, **parameters: api.post_search(filters, **parameters),
}
searches = pytest.mark.parametrize("search", SEARCHES.values(), ids=SEARCHES.keys())

# --- The same results -----------------------------------------------------------------------------------------------


def test_a_search_by_name_returns_what_the_get_returns(api: Api) -> None:
    name = a_word()
    for group in (api.group, api.group, api.other):
        api.create_dossier(firstname=name, group=group)
    assert len(api.post_index({"name": name}).rows) == 3
    assert api.post_index({"name": name}).body == api.index(name=name).body
    assert api.post_search({"name": name}).body == api.search(name=name).body


def test_a_search_by_name_and_birthdate_returns_what_the_get_returns(api: Api) -> None:
    name = a_word()
    found = api.create_dossier(firstname=name, birthdate="1980-02-23")
    api.create_dossier(firstname=name, birthdate="1981-02-23")
    filters = {"name": name, "birthdate": "1980"}
    assert api.post_index(filters).ids == api.post_search(filters).ids == [found]
    assert api.post_index(filters).body == api.index(**filters).body
    assert api.post_search(filters).body == api.search(**filters).body


def test_a_search_by_identifier_returns_what_the_get_returns(api: Api) -> None:
    identifier = f"a b+c,é😀&=%41 {a_word()}"
    found = api.create_dossier(external_identifier=identifier)
    filters = {"external_identifier": identifier}
    assert api.post_search(filters).ids == [found]
    assert api.post_search(filters).body == api.search(**filters).body


@pytest.mark.parametrize("filters", [{"name": "nobody-" * 9}, {"external_identifier": "x" * 1020}], ids=str)
def test_a_search_that_finds_nothing_returns_an_empty_table(api: Api, filters: dict[str, str]) -> None:
    assert api.post_search(filters).rows == []


@searches
def test_an_empty_object_lists_everything(api: Api, search: Search) -> None:
    dossier = api.create_dossier()
    assert dossier in api.all_ids(search(api, {}), {})


def test_an_empty_object_lists_what_the_get_without_parameters_lists(api: Api) -> None:
    api.create_dossier(), api.create_dossier(group=api.other)
    assert api.all_ids(api.post_index({}), {}) == api.all_ids(api.index())
    assert api.all_ids(api.post_search({}), {}) == api.all_ids(api.search())


def test_a_text_in_the_body_is_not_form_encoded(api: Api) -> None:
    word = a_word()
    plus, space = (
        api.create_dossier(external_identifier=f"a+{word}"),
        api.create_dossier(external_identifier=f"a {word}"),
    )
    assert api.post_search({"external_identifier": f"a+{word}"}).ids == [plus]
    assert api.post_search({"external_identifier": f"a {word}"}).ids == [space]
    assert api.post_search({"external_identifier": f"a%20{word}"}).ids == []


def test_a_searched_identifier_is_trimmed(api: Api) -> None:
    identifier = a_word()
    dossier = api.create_dossier(external_identifier=identifier)
    assert api.post_search({"external_identifier": f"\ufeff {identifier}\u3000"}).ids == [dossier]


def test_the_body_may_be_spaced_escaped_and_begin_with_a_byte_order_mark(api: Api) -> None:
    name = a_word("é")
    dossier = api.create_dossier(firstname=name)
    body = f'\ufeff{{ "n\\u0061me" :\n"\\u00e9{name[1:]}" }} '
    assert api.post_index(body).ids == api.post_index(body.encode()).ids == [dossier]


# --- Pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 2, 3, 6])
def test_a_link_is_the_url_for_the_same_post(api: Api, limit: int) -> None:
    name = a_word()
    here = [api.create_dossier(firstname=name) for _ in range(3)]
    there = [api.create_dossier(firstname=name, group=api.other) for _ in range(2)]
    filters = {"name": name}
    pages = api.pages(api.post_index(filters, limit=str(limit)), filters)
    assert [dossier for page in pages for dossier in page.ids] == sorted(here) + sorted(there)
    assert all(len(page.ids) == limit for page in pages[:-1])
    of_group = api.all_ids(api.post_search(filters, limit=str(limit)), filters)
    assert of_group == sorted(here)


def test_a_link_holds_no_filter(api: Api) -> None:
    name = a_word()
    for _ in range(2):
        api.create_dossier(firstname=name, birthdate="1980-02-23")
    for search in (api.post_index, api.post_search):
        link = search({"name": name, "birthdate": "1980-02"}, limit="1").next
        assert link is not None
        assert {parameter.partition("=")[0] for parameter in link.partition("?")[2].split("&")} == {
            "limit",
            "cursor",
        }
        assert link.partition("?")[0].endswith("/dossiers/search")


def test_the_pages_of_a_filter_by_birthdate_hold_every_dossier_once(api: Api) -> None:
    name = a_word()
    ids = [api.create_dossier(firstname=name, birthdate=f"198{number % 2}-02-23") for number in range(6)]
    filters = {"name": name, "birthdate": "1981"}
    assert api.all_ids(api.post_search(filters, limit="1"), filters) == sorted(ids[1::2])


def test_an_empty_search_is_paged(api: Api) -> None:
    for _ in range(3):
        api.create_dossier()
    first = api.post_search({}, limit="2")
    assert len(first.ids) == 2
    assert api.follow(first, {}).ids[0] > first.ids[-1]


@searches
@pytest.mark.parametrize("parameter", ["limit", "cursor"])
def test_limit_and_cursor_are_checked_as_in_a_get(api: Api, search: Search, parameter: str) -> None:
    for filters in ({}, {"name": "jan"}):
        response = search(api, filters, **{parameter: "-"})
        assert (response.status, response.errors) == (422, {parameter: ["invalid"]})


def test_a_parameter_given_twice_is_refused(api: Api) -> None:
    for path in ("/api/v1/dossiers/search", api.url("search")):
        response = api.request("POST", path, query="limit=1&limit=1", body="{}")
        assert (response.status, response.errors) == (422, {"limit": ["invalid"]})


def test_a_cursor_goes_with_no_identifier(api: Api) -> None:
    for _ in range(2):
        api.create_dossier()
    link = api.search(limit="1").next
    assert link is not None
    response = api.post_search({"external_identifier": "x"}, cursor=link.rpartition("cursor=")[2])
    assert (response.status, response.errors) == (422, {"cursor": ["invalid"]})


# --- What is refused ------------------------------------------------------------------------------------------------


@searches
@pytest.mark.parametrize("name", ["name", "birthdate", "external_identifier", "nmae", "Limit"])
def test_a_filter_in_the_query_string_is_unknown(api: Api, search: Search, name: str) -> None:
    for filters in ({}, {"name": "jan"}):
        response = search(api, filters, **{name: "1980"})
        assert (response.status, response.errors) == (422, {name: ["unknown"]})


@searches
@pytest.mark.parametrize("name", ["limit", "cursor", "nmae", "Name", "firstname", "dossier", "person", "", "names[]"])
def test_a_field_of_the_body_that_does_not_exist_is_unknown(api: Api, search: Search, name: str) -> None:
    response = search(api, {name: "jan"})
    assert (response.status, response.errors) == (422, {name: ["unknown"]})


@searches
@pytest.mark.parametrize("value", [None, True, False, 0, 1, 1.5, [], ["jan"], {}, {"name": "jan"}], ids=json.dumps)
def test_a_name_that_is_no_text_is_invalid(api: Api, search: Search, value: Any) -> None:
    response = search(api, {"name": value})
    assert (response.status, response.errors) == (422, {"name": ["invalid"]})


@pytest.mark.parametrize("value", [None, True, 0, [], {}], ids=json.dumps)
def test_every_filter_that_is_no_text_is_invalid(api: Api, value: Any) -> None:
    response = api.post_search({"name": "jan", "birthdate": value})
    assert (response.status, response.errors) == (422, {"birthdate": ["invalid"]})
    response = api.post_search({"external_identifier": value})
    assert (response.status, response.errors) == (422, {"external_identifier": ["invalid"]})


@pytest.mark.parametrize("number", ["1" * 100_000, "1e999999999", "-1e-999999999", "-0.0"])
def test_numbers_of_any_size_are_no_text(api: Api, number: str) -> None:
    response = api.post_index(f'{{"name": {number}}}')
    assert (response.status, response.errors) == (422, {"name": ["invalid"]})


@pytest.mark.parametrize("half", ["\\ud800", "\\udfff", "a\\ud83db", "\\ude00\\ud83d"])
@pytest.mark.parametrize("name", ["name", "external_identifier"])
def test_half_a_surrogate_pair_in_a_text_is_invalid(api: Api, name: str, half: str) -> None:
    response = api.post_search(f'{{"{name}": "{half}"}}')
    assert (response.status, response.errors) == (422, {name: ["invalid"]})


def test_half_a_surrogate_pair_in_a_birthdate_is_invalid(api: Api) -> None:
    response = api.post_search('{"name": "jan", "birthdate": "\\ud800"}')
    assert (response.status, response.errors) == (422, {"birthdate": ["invalid"]})


def test_a_whole_surrogate_pair_is_a_character(api: Api) -> None:
    identifier = a_word()
    dossier = api.create_dossier(external_identifier=f"😀{identifier}")
    assert api.post_search(f'{{"external_identifier": "\\ud83d\\ude00{identifier}"}}').ids == [dossier]


@searches
@pytest.mark.parametrize("key", LONE_SURROGATES)
def test_a_key_with_half_a_surrogate_pair_is_invalid_under_base(api: Api, search: Search, key: str) -> None:
    response = search(api, f'{{"{key}": "x", "name": "jan"}}')
    assert (response.status, response.errors) == (422, {"base": ["invalid"]})


@searches
@pytest.mark.parametrize("body", NOT_A_JSON_OBJECT.values(), ids=NOT_A_JSON_OBJECT.keys())
def test_a_body_that_is_not_one_json_object_is_invalid_json(api: Api, search: Search, body: bytes) -> None:
    response = search(api, body)
    assert (response.status, response.errors) == (400, INVALID_JSON)


@searches
@pytest.mark.parametrize(
    "body",
    ['{"name": "jan", "name": "jan"}', '{"name": "jan", "n\\u0061me": "piet"}', '{"x": 1, "x": 1}', '{"name": NaN}'],
)
def test_a_key_twice_and_nan_are_invalid_json(api: Api, search: Search, body: str) -> None:
    response = search(api, body)
    assert (response.status, response.errors) == (400, INVALID_JSON)


@searches
@pytest.mark.parametrize("body", [None, ""])
def test_a_search_without_a_body_is_invalid_json_and_never_all(api: Api, search: Search, body: str | None) -> None:
    response = search(api, body)
    assert (response.status, response.errors) == (400, INVALID_JSON)


@searches
def test_json_is_checked_before_the_parameters(api: Api, search: Search) -> None:
    response = search(api, "{", x="1", limit="0")
    assert (response.status, response.errors) == (400, INVALID_JSON)


@searches
@pytest.mark.parametrize("name", ["", " ", "-", "' ’", "...", "\u200b", "\u0301"], ids=ascii)
def test_a_name_with_no_word_in_it_is_blank_and_never_all(api: Api, search: Search, name: str) -> None:
    response = search(api, {"name": name})
    assert (response.status, response.errors) == (422, {"name": ["blank"]})


@pytest.mark.parametrize("identifier", ["", " ", "\u3000", "\ufeff"], ids=ascii)
def test_an_empty_identifier_is_blank(api: Api, identifier: str) -> None:
    response = api.post_search({"external_identifier": identifier})
    assert (response.status, response.errors) == (422, {"external_identifier": ["blank"]})


@searches
@pytest.mark.parametrize("character", ["x", "é", "字", "😀"])
def test_a_name_is_at_most_1020_bytes_of_utf_8(api: Api, search: Search, character: str) -> None:
    name = "abcdefghijkl" + character * (1008 // len(character.encode()))
    assert search(api, {"name": name}).rows == []
    response = search(api, {"name": name + character})
    assert (response.status, response.errors) == (422, {"name": ["too_long"]})


def test_an_identifier_is_at_most_1020_bytes_of_utf_8(api: Api) -> None:
    assert api.post_search({"external_identifier": "x" * 1020}).rows == []
    response = api.post_search({"external_identifier": "x" * 1021})
    assert (response.status, response.errors) == (422, {"external_identifier": ["too_long"]})


def test_without_a_group_an_identifier_is_refused(api: Api) -> None:
    response = api.post_index({"external_identifier": "x"})
    assert (response.status, response.errors) == (422, {"external_identifier": ["dossier_group_id_required"]})


def test_name_and_identifier_exclude_each_other(api: Api) -> None:
    response = api.post_search({"name": "jan", "external_identifier": "x"})
    assert (response.status, response.errors) == (422, {"name": ["invalid"]})


def test_every_broken_filter_and_parameter_is_named_at_once(api: Api) -> None:
    filters = {"name": "-", "birthdate": "x", "x": 1, "limit": "1"}
    response = api.request("POST", api.url("search"), query="cursor=%3F&limit=0&y=1&%ff=1", body=json.dumps(filters))
    assert (response.status, response.errors) == (
        422,
        {
            "name": ["blank"],
            "birthdate": ["invalid_date"],
            "x": ["unknown"],
            "limit": ["invalid", "unknown"],
            "cursor": ["invalid"],
            "y": ["unknown"],
            "base": ["invalid"],
        },
    )


@searches
def test_the_name_of_an_unknown_field_is_repeated_cut(api: Api, search: Search) -> None:
    response = search(api, {"😀" * 300: 1})
    assert response.errors == {"😀" * 255: ["unknown"]}


def test_a_group_that_is_not_granted_is_not_found_whatever_the_body(api: Api) -> None:
    for body in ("{}", "{", '{"name": 1}', '{"external_identifier": "x"}', None):
        response = api.post_search(body, group=a_word("nobody-"))
        assert (response.status, response.errors) == (404, {"dossier_group_id": ["not_found"]})
