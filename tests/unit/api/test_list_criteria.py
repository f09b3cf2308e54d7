"""The criteria of a list: the same in a query string and in a body. The length of a `Link`, and the meaning of `%`."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.api import list_criteria, query_string
from dossiers.domain import cursor
from dossiers.domain import names as dossier_names
from dossiers.domain.criteria import ListCriteria
from dossiers.domain.cursor import Position
from dossiers.domain.errors import Invalid

GROUP = "g" * 64
POSITION = Position(GROUP, "59abe42d-ad25-4273-95ef-86444705e8d3")

MAX_HEADER = 10_240
"""Bytes of request line and headers together, the most that API Gateway accepts."""
MAX_DOMAIN = 253

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=1020).filter(lambda name: len(name.encode()) <= 1020)


def link_to(query: str) -> str:
    """The longest URL of the page behind a request with this query string, in the group with the longest id."""
    list_criteria.of_query(query, group=GROUP, has_body=False)
    path = f"/api/v1/dossier_groups/{GROUP}/dossiers"
    return f"https://{'d' * MAX_DOMAIN}{path}?{query_string.next_page(query, POSITION)}"


@given(names)
def test_a_link_keeps_the_name(name: str) -> None:
    query = f"name={quote_plus('x' + name[:-1])}&limit=10000"
    kept = dict(parse_qsl(link_to(query).partition("?")[2], strict_parsing=True, keep_blank_values=True))
    assert kept == {"name": "x" + name[:-1], "limit": "10000", "cursor": kept["cursor"]}
    assert list_criteria.of_query(f"cursor={kept['cursor']}", group=GROUP, has_body=False).after == POSITION


@pytest.mark.parametrize("character", ["'", " ", "é", "字", "😀", "\x00"])
def test_the_longest_link_leaves_6000_bytes_for_the_headers(character: str) -> None:
    size = len(character.encode())
    name = "字" * 4 + character * ((list_criteria.MAX_BYTES - 12) // size)
    assert len(name.encode()) == list_criteria.MAX_BYTES
    assert (
        len(link_to(f"name={quote_plus(name)}&limit=10000")) <= 3 * list_criteria.MAX_BYTES + 700 <= MAX_HEADER - 6_000
    )


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("%zz", "%zz"),
        ("%", "%"),
        ("%4", "%4"),
        ("%%41", "%A"),
        ("%4%31", "%41"),
        ("100%", "100%"),
        ("%u00e9", "%u00e9"),
    ],
)
def test_a_percent_sign_without_two_hexadecimal_digits_stands_for_itself(sent: str, meant: str) -> None:
    assert (
        list_criteria.of_query(f"external_identifier={sent}", group=GROUP, has_body=False).external_identifier == meant
    )


@pytest.mark.parametrize("has_body", [True, False])
def test_the_body_of_a_get_is_invalid_under_base(has_body: bool) -> None:
    with pytest.raises(Invalid) as refused:
        list_criteria.of_query("limit=0", group=GROUP, has_body=has_body)
    assert refused.value.problems == {"limit": ("invalid",)} | ({"base": ("invalid",)} if has_body else {})


# --- The filters ----------------------------------------------------------------------------------------------------


def of_query(query: str, group: str | None = GROUP) -> ListCriteria:
    return list_criteria.of_query(query, group=group, has_body=False)


def of_body(document: Any, query: str = "", group: str | None = GROUP) -> ListCriteria:
    return list_criteria.of_body(query, json.dumps(document).encode(), group=group)


def problems_of(parse: Callable[[], object]) -> dict[str, tuple[str, ...]]:
    with pytest.raises(Invalid) as refused:
        parse()
    return {name: tuple(map(str, keywords)) for name, keywords in refused.value.problems.items()}


def test_without_filters_every_dossier_meets_the_criteria() -> None:
    assert of_query("") == of_body({}) == ListCriteria()


@given(names.filter(lambda name: "" not in (name, name.strip()) and bool(dossier_names.words(name))))
def test_a_name_is_searched_in_all_its_readings(name: str) -> None:
    expected = ListCriteria(readings=dossier_names.readings(name))
    assert of_query(f"name={quote_plus(name)}") == of_body({"name": name}) == expected


FILTERS: list[tuple[dict[str, str], ListCriteria]] = [
    ({"external_identifier": " x\u200b"}, ListCriteria(external_identifier="x")),
    ({"name": "jan", "birthdate": "1980-02"}, ListCriteria(readings=[["jan"]], birthdate="1980-02")),
    ({"name": "jan", "birthdate": " 1980\ufeff"}, ListCriteria(readings=[["jan"]], birthdate="1980")),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERS)
def test_filters_are_the_same_in_a_query_and_in_a_body(filters: dict[str, str], expected: ListCriteria) -> None:
    query = "&".join(f"{name}={quote_plus(value)}" for name, value in filters.items())
    assert of_query(query) == of_body(filters) == expected


BROKEN: list[tuple[dict[str, str], str | None, dict[str, tuple[str, ...]]]] = [
    ({"name": ""}, GROUP, {"name": ("blank",)}),
    ({"name": "-"}, None, {"name": ("blank",)}),
    ({"name": "x" * 1021}, None, {"name": ("too_long",)}),
    ({"name": "'" * 1021}, None, {"name": ("too_long",)}),
    ({"name": "jan", "external_identifier": "x"}, GROUP, {"name": ("invalid",)}),
    ({"external_identifier": ""}, GROUP, {"external_identifier": ("blank",)}),
    ({"external_identifier": "x" * 1021}, GROUP, {"external_identifier": ("too_long",)}),
    ({"external_identifier": "x"}, None, {"external_identifier": ("dossier_group_id_required",)}),
    ({"external_identifier": ""}, None, {"external_identifier": ("dossier_group_id_required",)}),
    ({"name": "jan", "birthdate": ""}, None, {"birthdate": ("invalid_date",)}),
    ({"name": "jan", "birthdate": "1980-13"}, None, {"birthdate": ("invalid_date",)}),
    ({"birthdate": "1980"}, None, {"birthdate": ("name_required",)}),
    ({"birthdate": "x"}, GROUP, {"birthdate": ("name_required",)}),
    ({"name": "-", "birthdate": "x"}, GROUP, {"name": ("blank",), "birthdate": ("invalid_date",)}),
    ({"nmae": "jan"}, GROUP, {"nmae": ("unknown",)}),
]


@pytest.mark.parametrize(("filters", "group", "expected"), BROKEN, ids=lambda value: repr(value)[:50])
def test_a_broken_filter_has_the_same_problem_in_a_query_and_in_a_body(
    filters: dict[str, str], group: str | None, expected: dict[str, tuple[str, ...]]
) -> None:
    query = "&".join(f"{name}={quote_plus(value)}" for name, value in filters.items())
    assert problems_of(lambda: of_query(query, group)) == expected
    assert problems_of(lambda: of_body(filters, group=group)) == expected


@pytest.mark.parametrize("name", list_criteria.FILTERS)
def test_a_filter_of_a_post_search_is_unknown_in_the_query_string(name: str) -> None:
    assert problems_of(lambda: of_body({}, f"{name}=1980")) == {name: ("unknown",)}


@pytest.mark.parametrize("name", list_criteria.PAGE_PARAMETERS)
def test_a_parameter_of_the_page_is_unknown_in_the_body(name: str) -> None:
    assert problems_of(lambda: of_body({name: "1"})) == {name: ("unknown",)}


@pytest.mark.parametrize("value", [None, 1, True, [], {}, ["jan"]], ids=json.dumps)
def test_a_filter_in_a_body_is_a_text(value: Any) -> None:
    assert problems_of(lambda: of_body({"name": value})) == {"name": ("invalid",)}
    assert problems_of(lambda: of_body({"external_identifier": value})) == {"external_identifier": ("invalid",)}


def test_a_name_that_is_no_text_is_still_a_name_next_to_a_birthdate() -> None:
    assert problems_of(lambda: of_body({"name": None, "birthdate": "1980"})) == {"name": ("invalid",)}


def test_limit_and_cursor_of_a_post_search_are_in_the_query_string() -> None:
    criteria = of_body({"name": "jan"}, f"limit=10000&cursor={cursor.encode(POSITION)}")
    assert (criteria.limit, criteria.after) == (10_000, POSITION)


# --- Groups ---------------------------------------------------------------------------------------------------------


def groups_page(query: str, *, has_body: bool = False) -> tuple[int | None, str | None]:
    return list_criteria.groups_page(query, has_body=has_body)


def test_a_page_of_groups_has_a_limit_and_a_group_behind_which_it_starts() -> None:
    assert groups_page("") == (None, None)
    assert groups_page(f"limit=2&cursor={cursor.encode(Position('noord'))}") == (2, "noord")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=0", {"limit": ("invalid",)}),
        ("cursor=x", {"cursor": ("invalid",)}),
        (f"cursor={cursor.encode(POSITION)}", {"cursor": ("invalid",)}),
        ("name=jan", {"name": ("unknown",)}),
    ],
)
def test_a_page_of_groups_takes_nothing_else(query: str, expected: dict[str, tuple[str, ...]]) -> None:
    assert problems_of(lambda: groups_page(query)) == expected
    assert problems_of(lambda: groups_page(query, has_body=True)) == expected | {"base": ("invalid",)}


@pytest.mark.parametrize("group", [None, "noord"])
def test_a_cursor_of_a_list_of_groups_starts_no_list_of_dossiers(group: str | None) -> None:
    query = f"cursor={cursor.encode(Position('noord'))}"
    assert problems_of(lambda: of_query(query, group)) == {"cursor": ("invalid",)}


def test_a_cursor_of_another_group_starts_no_list_of_a_group() -> None:
    query = f"cursor={cursor.encode(POSITION)}"
    assert of_query(query, None).after == of_query(query, GROUP).after == POSITION
    assert problems_of(lambda: of_query(query, "other")) == {"cursor": ("invalid",)}
