"""Birthdates: what is one, which are compatible, and the future, on a day that a test chooses."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dossiers.domain import birthdates

LENGTHS = st.sampled_from([len("YYYY"), len("YYYY-MM"), len("YYYY-MM-DD")])
some_birthdates = st.tuples(st.dates(min_value=date(1850, 1, 1)).map(date.isoformat), LENGTHS).map(
    lambda pair: pair[0][: pair[1]]
)


@given(some_birthdates)
@example("1850")
@example("2000-02-29")
def test_a_date_of_the_calendar_from_1850_is_a_birthdate_with_or_without_day_and_month(text: str) -> None:
    assert birthdates.is_birthdate(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "1", "198", "1980-", "1980-2", "1980-13", "1980-00", "1980-02-", "1980-02-3", "1980-02-30", "1981-02-29",
        "1980-02-233", "1980-02-23 ", " 1980", "1980-W08", "1980-W08-6", "1980-054", "19800223", "198002", "1980/02/23",
        "23-02-1980", "1849", "1849-12", "1849-12-31", "0000", "١٩٨٠", "１９８０", "1980\n", "1980-02-23T00:00", "+980",
        "10000", "10000-01-01",
    ],
)  # fmt: skip
def test_nothing_else_is(text: str) -> None:
    assert not birthdates.is_birthdate(text)


@given(st.text("0123456789-WTZ ", max_size=12))
def test_no_text_is_more_than_refused(text: str) -> None:
    if birthdates.is_birthdate(text):
        assert text == f"{text[:4]}-{text[5:7] or '01'}-{text[8:] or '01'}"[: len(text)]
        assert date.fromisoformat(f"{text}-01-01"[:10]) >= date(1850, 1, 1)


@given(some_birthdates)
def test_the_less_precise_birthdates_are_the_year_and_the_year_and_month(birthdate: str) -> None:
    expected = {4: [], 7: [birthdate[:4]], 10: [birthdate[:4], birthdate[:7]]}
    assert birthdates.less_precise(birthdate) == expected[len(birthdate)]


LAST_SECOND = datetime(2026, 11, 24, 9, 59, 59, tzinfo=UTC)
"""The last second before the 25th begins in the Line Islands."""


@pytest.mark.parametrize(
    ("birthdate", "before", "after"),
    [
        ("2026-11-24", False, False),
        ("2026-11-25", True, False),
        ("2026-11-26", True, True),
        ("2026-11", False, False),
        ("2026-12", True, True),
        ("2026", False, False),
        ("2027", True, True),
        ("1980-12-31", False, False),
    ],
)
def test_the_future_begins_where_the_day_begins_first(birthdate: str, before: bool, after: bool) -> None:
    assert birthdates.is_in_future(birthdate, LAST_SECOND) is before
    assert birthdates.is_in_future(birthdate, LAST_SECOND + timedelta(seconds=1)) is after


@pytest.mark.parametrize(
    ("birthdate", "moment", "is_in_future"),
    [
        ("2027", datetime(2026, 12, 31, 9, 59, tzinfo=UTC), True),
        ("2027", datetime(2026, 12, 31, 10, tzinfo=UTC), False),
        ("2027-01", datetime(2026, 12, 31, 10, tzinfo=UTC), False),
        ("2027-01-02", datetime(2026, 12, 31, 10, tzinfo=UTC), True),
    ],
)
def test_a_year_and_a_month_begin_with_their_first_day(birthdate: str, moment: datetime, is_in_future: bool) -> None:
    assert birthdates.is_in_future(birthdate, moment) is is_in_future
