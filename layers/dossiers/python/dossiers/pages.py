"""A page: as many rows as were asked for and fit in one response.

Pure.
"""

from collections.abc import Iterable
from typing import NamedTuple

from dossiers.cursor import Position
from dossiers.rows import dossier_id, joined, table

MAX_BODY = 5_000_000
"""Bytes of a response's body."""

MAX_RESPONSE = 6_000_000
"""Bytes of the body once it is a string in the JSON that the function hands to Lambda, which takes 6 MB. With ordinary
names MAX_BODY is reached first; with names full of quotes, this."""

# What a character takes there beyond its bytes in the body. Lambda's Python 3.13 runtime writes JSON with simplejson
# and ensure_ascii=False: it escapes these, and leaves every other character of a row as it is.
_ESCAPED = {'"': 1, "\\": 1, "\u2028": 3, "\u2029": 3}


class Page(NamedTuple):
    """A page of a list. `texts`: of one or more rows each; `rows`: how many.

    `next`: the place behind which the next page starts, None when this is the last.
    """

    texts: list[str]
    rows: int
    next: Position | None = None

    @property
    def body(self) -> str:
        """The body of the answer."""
        return table(self.texts)


def fitted(chunks: Iterable[tuple[str, list[str]]], limit: int | None = None) -> Page:
    """The first page of these rows: each chunk is of one group, all in the order of the list; at most `limit` rows.

    Reads one row further than the page holds, to know whether there is a next page.
    """
    page = _Filling(limit)
    last = None
    for group, chunk in chunks:
        # A whole chunk at a time, at the speed of one join; row by row only where the page ends.
        if chunk and page.add(joined(chunk), len(chunk)):
            last = Position(group, dossier_id(chunk[-1]))
            continue
        for row in chunk:
            if not page.add(row, 1):
                return Page(page.texts, page.count, last)
            last = Position(group, dossier_id(row))
    return Page(page.texts, page.count)


class _Filling:
    """A page that is being filled."""

    def __init__(self, limit: int | None) -> None:
        self.texts: list[str] = []
        self.count = 0
        self._limit = limit
        self._body = self._response = len(table([]))

    def add(self, text: str, count: int) -> bool:
        """Add a text of so many rows if it fits; whether it did."""
        body = self._body + 1 + (len(text) if text.isascii() else len(text.encode()))
        escapes = sum(text.count(character) * extra for character, extra in _ESCAPED.items())
        response = self._response + body - self._body + escapes
        if body > MAX_BODY or response > MAX_RESPONSE or (self._limit is not None and self.count + count > self._limit):
            return False
        self.texts.append(text)
        self.count += count
        self._body, self._response = body, response
        return True
