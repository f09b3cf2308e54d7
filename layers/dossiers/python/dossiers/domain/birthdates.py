"""Birthdates: `YYYY-MM-DD`, or `YYYY-MM` or `YYYY` when the rest is unknown."""

import re
from datetime import date, datetime, timedelta

MIN_BIRTH_YEAR = 1850
"""The first year of a birthdate. An earlier one, such as 0027, is a typing error."""

_FORM = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")

_EARLIEST_TIME_ZONE = timedelta(hours=14)
"""UTC+14, the Line Islands, where a day begins first. No birthdate is later than the date there."""


def is_birthdate(text: str) -> bool:
    """Whether the text is a calendar date, or the year or year and month of one, not before MIN_BIRTH_YEAR."""
    try:
        # Of a date whose day or month is unknown, the first day that it can be.
        first = date.fromisoformat(f"{text}-01-01"[:10] if _FORM.fullmatch(text) else "")
    except ValueError:
        return False
    return first.year >= MIN_BIRTH_YEAR


def is_in_future(birthdate: str, now: datetime) -> bool:
    """Whether the birthdate is later than the current date anywhere on earth. `now` is in UTC.

    A birthdate without a day or a month is compared with this month or this year.
    """
    latest = (now + _EARLIEST_TIME_ZONE).date().isoformat()
    return birthdate > latest[: len(birthdate)]


def less_precise(birthdate: str) -> list[str]:
    """The shorter forms of a birthdate: `1980-02-23` -> `["1980", "1980-02"]`."""
    return [birthdate[:length] for length in (len("YYYY"), len("YYYY-MM")) if length < len(birthdate)]
