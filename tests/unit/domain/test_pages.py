"""A page has as many rows as the limit and the size allow, and the position where the next page starts."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.domain import pages, rows, tables
from dossiers.domain.cursor import Position

ids = st.uuids(version=4).map(str)
some_rows = st.lists(
    st.builds(
        lambda id_, name: rows.row(id_, {"birthdate": "1980", "gender": "M", "firstname": name}),
        ids,
        st.text(max_size=20),
    ),
    max_size=8,
)
chunks = st.lists(st.tuples(st.sampled_from("abc"), some_rows), max_size=6)


@given(chunks, st.integers(1, 10) | st.none(), st.integers(60, 400), st.integers(60, 500))
def test_a_page_has_as_many_of_the_first_rows_as_fit(chunks, limit, body, response):  # type: ignore[no-untyped-def]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "MAX_BODY", body)
        patch.setattr(pages, "MAX_RESPONSE", response)
        page = pages.paginate(chunks, limit)
    everything = [(group, row) for group, chunk in chunks for row in chunk]

    def fits(count: int) -> bool:
        text = tables.body(rows.HEADERS, [row for _, row in everything[:count]])
        # The comma in front of the first row is counted and never sent.
        within = (
            len(text.encode()) + 1 <= body
            and len(json.dumps(text, ensure_ascii=False).encode()) - 2 + 1 <= response + QUOTES
        )
        return within and (limit is None or count <= limit)

    expected = 0
    while expected < len(everything) and fits(expected + 1):
        expected += 1
    assert page.rows == expected
    assert json.loads(page.body)["rows"] == [json.loads(row) for _, row in everything[:expected]]
    if expected == len(everything) or not expected:
        assert page.next is None
    else:
        group, row = everything[expected - 1]
        assert page.next == Position(group, rows.dossier_id(row))


QUOTES = tables.body(rows.HEADERS, []).count('"')
"""Quotes of the frame around the rows: not counted, being always the same few."""
