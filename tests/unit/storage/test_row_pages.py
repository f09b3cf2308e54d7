"""A page is read from the response to a Query as plain JSON would be, whatever is in it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.domain import rows
from dossiers.storage import row_pages
from dossiers.storage.operations import QueryPage

NASTY = [
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
texts = st.lists(st.sampled_from(NASTY) | st.text(max_size=3), max_size=6).map("".join)
some_rows = st.lists(
    st.builds(lambda name: rows.row("i" * 36, {"birthdate": "1980", "firstname": name, "lastname": name}), texts),
    max_size=5,
)
KEY = {"pk": {"S": "GROUP#g"}, "sk": {"S": 'DOSSIER#]"}}]'}}


def response(values: list[str], attribute: str = "row", rest: dict[str, Any] | None = None) -> dict[str, Any]:
    items = [{attribute: {"S": value}} for value in values]
    return {"Count": len(items), "Items": items, "ScannedCount": len(items)} | (rest or {})


def encoded(page: Any, *, ascii_only: bool = False) -> bytes:
    return json.dumps(page, separators=(",", ":"), ensure_ascii=ascii_only).encode()


@given(some_rows, st.booleans(), st.booleans())
def test_rows_are_read_whatever_is_in_them(values: list[str], ascii_only: bool, more: bool) -> None:
    page = response(values, rest={"LastEvaluatedKey": KEY} if more else {})
    assert row_pages.parse(encoded(page, ascii_only=ascii_only), "row") == QueryPage(values, KEY if more else None)


@given(st.lists(texts, max_size=5), st.booleans())
def test_other_attributes_are_read_whatever_is_in_them(values: list[str], more: bool) -> None:
    page = response(values, "sk", {"LastEvaluatedKey": KEY} if more else {})
    assert row_pages.parse(encoded(page), "sk") == QueryPage(values, KEY if more else None)


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
        encoded({"Items": None}),
        encoded({"Items": [{"sk": {"S": "GROUP#g"}}]}),
        encoded({"Items": [{"row": {"S": "[1]"}}, {}, {"row": {"S": "[2]"}}]}),
        encoded({"Items": [{"row": {"S": "[1]"}}, {"row": {"N": "2"}}, {"row": {"S": "[3]"}}]}),
        encoded(response(["[1]"]))[:-1],
    ],
)
def test_what_is_no_response_to_the_query_is_an_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        row_pages.parse(body, "row")
