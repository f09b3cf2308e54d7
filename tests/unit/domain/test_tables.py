"""Rows are JSON text, and are joined without being parsed."""

import json

from hypothesis import given
from hypothesis import strategies as st

from dossiers.domain import tables

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
rows = st.lists(st.one_of(texts, st.integers(), st.none()), min_size=1, max_size=4)
headers = st.lists(texts, min_size=1, max_size=4)
chunks = st.lists(st.lists(rows, min_size=1, max_size=4), max_size=4)


@given(rows)
def test_a_row_is_a_json_array_without_spaces(values: list[str | int | None]) -> None:
    row = tables.row(values)
    assert json.loads(row) == values
    assert row == json.dumps(values, ensure_ascii=False, separators=(",", ":"))


@given(headers, chunks)
def test_a_body_holds_all_rows_however_they_were_joined(
    names: list[str], values: list[list[list[str | int | None]]]
) -> None:
    texts = [tables.join([tables.row(row) for row in chunk]) for chunk in values]
    body = json.loads(tables.body(tuple(names), texts))
    assert body == {"headers": names, "rows": [row for chunk in values for row in chunk]}


def test_a_table_without_rows_has_its_headers() -> None:
    assert tables.body(("id", "role"), []) == '{"headers":["id","role"],"rows":[]}'
