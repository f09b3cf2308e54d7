"""A page of a Query is parsed with the same result as by a JSON parser, whatever characters it has."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.domain import rows
from dossiers.storage import row_pages
from dossiers.storage.operations import QueryPage

SPECIAL = [
    '"',
    "\\",
    "]",
    "[",
    "}",
    "{",
    ",",
    '"}}]',
    ']"}},{"row":{"S":"[',
    '"Items":[{"row":{"S":"[',
    "\u2028",
    "é",
    "字",
    "😀",
]
texts = st.lists(st.sampled_from(SPECIAL) | st.text(max_size=3), max_size=6).map("".join)
some_rows = st.lists(
    st.builds(lambda name: rows.row("i" * 36, {"birthdate": "1980", "firstname": name, "lastname": name}), texts),
    max_size=5,
)
KEY = {"pk": {"S": "GROUP#g"}, "sk": {"S": 'DOSSIER#]"}}]'}}


def response(values: list[str], attribute: str = "row", rest: dict[str, Any] | None = None) -> dict[str, Any]:
    items = [{attribute: {"S": value}} for value in values]
    return {"Count": len(items), "Items": items, "ScannedCount": len(items)} | (rest or {})


def encode(page: Any, *, ascii_only: bool = False) -> bytes:
    return json.dumps(page, separators=(",", ":"), ensure_ascii=ascii_only).encode()


@given(some_rows, st.booleans(), st.booleans())
def test_rows_with_any_characters_are_read(values: list[str], ascii_only: bool, more: bool) -> None:
    page = response(values, rest={"LastEvaluatedKey": KEY} if more else {})
    assert row_pages.parse(encode(page, ascii_only=ascii_only), "row") == QueryPage(values, KEY if more else None)


@given(st.lists(texts, max_size=5), st.booleans())
def test_other_attributes_with_any_characters_are_read(values: list[str], more: bool) -> None:
    page = response(values, "sk", {"LastEvaluatedKey": KEY} if more else {})
    assert row_pages.parse(encode(page), "sk") == QueryPage(values, KEY if more else None)


@given(some_rows)
def test_rows_are_read_however_the_response_is_spaced(values: list[str]) -> None:
    assert row_pages.parse(json.dumps(response(values), indent=1).encode(), "row") == QueryPage(values)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{}",
        b"null",
        b"[]",
        b'"Items"',
        b"\xff",
        b"<html>",
        encode({"Items": None}),
        encode({"Items": [{"sk": {"S": "GROUP#g"}}]}),
        encode({"Items": [{"row": {"S": "[1]"}}, {}, {"row": {"S": "[2]"}}]}),
        encode({"Items": [{"row": {"S": "[1]"}}, {"row": {"N": "2"}}, {"row": {"S": "[3]"}}]}),
        encode(response(["[1]"]))[:-1],
    ],
)
def test_a_body_that_is_not_a_page_of_the_query_is_an_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        row_pages.parse(body, "row")
