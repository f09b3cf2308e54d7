"""A page of a list: as many rows as were requested and fit in one response."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dossiers.domain import rows, tables
from dossiers.domain.cursor import Position
from dossiers.domain.rows import HEADERS

MAX_BODY = 5_000_000
"""Bytes of a response's body."""

MAX_RESPONSE = 6_000_000
"""Bytes of the body once it is a string in the JSON that the function hands to Lambda, which takes 6 MB. With ordinary
names MAX_BODY is reached first; with names full of quotes, this."""

# Bytes that a character takes in that JSON beyond its bytes in the body. Lambda's Python 3.13 runtime writes JSON with
# simplejson and ensure_ascii=False: it escapes these, and leaves every other character of a row as it is.
_ESCAPED = {'"': 1, "\\": 1, "\u2028": 3, "\u2029": 3}


@dataclass(frozen=True)
class Page:
    """A page of a list. `texts`: the rows, one or more in each text. `rows`: the number of rows.

    `next`: the place behind which the next page starts, None when this is the last.
    """

    texts: list[str]
    rows: int
    next: Position | None = None
    headers: tuple[str, ...] = HEADERS

    @property
    def body(self) -> str:
        """The body of the response."""
        return tables.body(self.headers, self.texts)


def paginate(
    chunks: Iterable[tuple[str, list[str]]],
    limit: int | None = None,
    *,
    headers: tuple[str, ...] = HEADERS,
    position: Callable[[str, str], Position] = rows.position,
) -> Page:
    """The page that these rows begin with.

    `chunks`: each is a group and some of its rows, in the order of the list. `limit`: the maximum number of rows of the
    page. `position`: returns the place of a group's row in the list. By default, the rows are those of dossiers.

    Takes one row more than the page holds, to know whether there is a next page.
    """
    page = _PageBuilder(headers, limit)
    last = None
    for group, chunk in chunks:
        # A whole chunk at a time, at the speed of one join; row by row only where the page ends.
        if chunk and page.add(tables.join(chunk), len(chunk)):
            last = position(group, chunk[-1])
            continue
        for row in chunk:
            if not page.add(row, 1):
                return Page(page.texts, page.count, last, headers)
            last = position(group, row)
    return Page(page.texts, page.count, headers=headers)


class _PageBuilder:
    """A page to which rows are added."""

    def __init__(self, headers: tuple[str, ...], limit: int | None) -> None:
        self.texts: list[str] = []
        self.count = 0
        self._limit = limit
        self._body = self._response = len(tables.body(headers, []))

    def add(self, text: str, count: int) -> bool:
        """Add a text of `count` rows if it fits. Returns whether it did."""
        body = self._body + 1 + (len(text) if text.isascii() else len(text.encode()))
        escapes = sum(text.count(character) * extra for character, extra in _ESCAPED.items())
        response = self._response + body - self._body + escapes
        if body > MAX_BODY or response > MAX_RESPONSE or (self._limit is not None and self.count + count > self._limit):
            return False
        self.texts.append(text)
        self.count += count
        self._body, self._response = body, response
        return True
