"""The query string: what is sent, what is known, and what cannot be read."""

from urllib.parse import parse_qsl, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.api import query_string
from dossiers.api.query_string import Parameters
from dossiers.domain.cursor import Position
from tests.invisible import INVISIBLE

KNOWN = ("name", "limit", "cursor")
AFTER = Position("group", "59abe42d-ad25-4273-95ef-86444705e8d3")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(st.sampled_from(KNOWN), texts))
def test_known_parameters_are_read_form_decoded(sent: dict[str, str]) -> None:
    parameters = query_string.read("&".join(f"{name}={quote_plus(value)}" for name, value in sent.items()), KNOWN)
    assert (parameters.sent, parameters.valid, parameters.problems) == (sent, sent, [])


@pytest.mark.parametrize(
    ("query", "problems"),
    [
        ("", []),
        ("&&", []),
        ("nmae=jan", [("nmae", "unknown")]),
        ("nmae", [("nmae", "unknown")]),
        ("=jan", [("", "unknown")]),
        ("Name=jan", [("Name", "unknown")]),
        ("name=jan&name=jan", [("name", "invalid")]),
        ("name=&name=", [("name", "invalid")]),
        ("name=%ff", [("name", "invalid")]),
        ("%ff=jan", [("base", "invalid")]),
        ("%ff=1&%fe=1", [("base", "invalid")]),
        ("x=1&x=1", [("x", "unknown"), ("x", "unknown")]),
        ("limit=1&limit=2&y=%ff", [("limit", "invalid"), ("y", "unknown")]),
    ],
)
def test_what_breaks_a_rule_is_a_problem(query: str, problems: list[tuple[str, str]]) -> None:
    assert query_string.read(query, KNOWN).problems == problems


def test_a_broken_parameter_is_sent_and_not_valid() -> None:
    parameters = query_string.read("name=a&name=b&limit=1", KNOWN)
    assert parameters.sent == {"name": "b", "limit": "1"}
    assert parameters.valid == {"limit": "1"}


@pytest.mark.parametrize("query", ["name=jan", "limit=1", "x=1"])
def test_where_no_parameter_is_allowed_each_is_unknown(query: str) -> None:
    assert query_string.problems_of_any(query) == [(query.partition("=")[0], "unknown")]


@pytest.mark.parametrize("query", ["", "&"])
def test_without_a_parameter_there_is_no_problem(query: str) -> None:
    assert query_string.problems_of_any(query) == []


def test_parameters_of_two_places_are_merged() -> None:
    of_body, of_query = Parameters(), Parameters()
    of_body.add("name", None, KNOWN)
    of_body.add("x", "1", KNOWN)
    of_query.add("limit", "1", KNOWN)
    of_query.add(None, "1", KNOWN)
    merged = of_body.merge(of_query)
    assert merged.valid == {"limit": "1"}
    assert merged.problems == [("name", "invalid"), ("base", "invalid"), ("x", "unknown")]


@given(st.dictionaries(st.sampled_from(KNOWN), texts))
def test_the_next_page_is_the_same_request_with_another_cursor(sent: dict[str, str]) -> None:
    query = "&".join(f"{name}={quote_plus(value)}" for name, value in sent.items())
    following = dict(parse_qsl(query_string.next_page(query, AFTER), keep_blank_values=True, strict_parsing=True))
    assert following == sent | {"cursor": following["cursor"]}
    assert following["cursor"] != sent.get("cursor")


def test_a_text_is_not_trimmed_here() -> None:
    for char in INVISIBLE:
        assert query_string.read(f"name={quote_plus(char)}", KNOWN).valid == {"name": char}
