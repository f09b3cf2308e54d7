"""The query string: the length of a `Link`, and the meaning of `%`."""

from urllib.parse import parse_qsl, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.api import query_string
from dossiers.domain.cursor import Position
from dossiers.domain.errors import Invalid

GROUP = "g" * 64
POSITION = Position(GROUP, "59abe42d-ad25-4273-95ef-86444705e8d3")

MAX_HEADER = 10_240
"""Bytes of request line and headers together, the most that API Gateway accepts."""
MAX_DOMAIN = 253

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=1020).filter(lambda name: len(name.encode()) <= 1020)


def link_to(query: str) -> str:
    """The longest possible URL of the next page for a request with this query string."""
    query_string.list_criteria(query, group=GROUP, has_body=False)
    path = f"/api/v1/dossier_groups/{GROUP}/dossiers"
    return f"https://{'d' * MAX_DOMAIN}{path}?{query_string.next_page(query, POSITION)}"


@given(names)
def test_a_link_keeps_the_name(name: str) -> None:
    query = f"name={quote_plus('x' + name[:-1])}&limit=10000"
    kept = dict(parse_qsl(link_to(query).partition("?")[2], strict_parsing=True, keep_blank_values=True))
    assert kept == {"name": "x" + name[:-1], "limit": "10000", "cursor": kept["cursor"]}
    assert query_string.list_criteria(f"cursor={kept['cursor']}", group=GROUP, has_body=False).after == POSITION


@pytest.mark.parametrize("character", ["'", " ", "é", "字", "😀", "\x00"])
def test_the_longest_link_leaves_6000_bytes_for_the_headers(character: str) -> None:
    size = len(character.encode())
    name = "字" * 4 + character * ((query_string.MAX_BYTES - 12) // size)
    assert len(name.encode()) == query_string.MAX_BYTES
    assert (
        len(link_to(f"name={quote_plus(name)}&limit=10000")) <= 3 * query_string.MAX_BYTES + 700 <= MAX_HEADER - 6_000
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
        query_string.list_criteria(f"external_identifier={sent}", group=GROUP, has_body=False).external_identifier
        == meant
    )


@pytest.mark.parametrize("has_body", [True, False])
def test_the_body_of_a_get_is_invalid_under_base(has_body: bool) -> None:
    with pytest.raises(Invalid) as refused:
        query_string.list_criteria("limit=0", group=GROUP, has_body=has_body)
    assert refused.value.problems == {"limit": ("invalid",)} | ({"base": ("invalid",)} if has_body else {})
