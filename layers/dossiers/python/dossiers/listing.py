"""Listing: all dossiers, those with certain words in their name, or the one with an identifier; in one group or in
all granted.

The groups are answered one after the other, each in the order of its dossiers' ids, until a page is full; they are
read side by side.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from heapq import merge
from itertools import chain, islice

from dossiers import access, items, names, parameters, rows, text
from dossiers.items import KeyRange
from dossiers.pages import Page, fitted
from dossiers.parameters import Asked
from dossiers.table import Table

GROUPS_AHEAD = 8
"""Groups that are read while the ones in front of them are answered.

Not more: what was read ahead of a page that turns out full is read again for the next.
"""

READERS = 32
"""Threads that read ahead, for all requests of a process; one request at a time on Lambda, many on the local stack."""

Pages = Iterator[list[str]]
"""Rows, as many at a time as DynamoDB answers at once."""

Chunk = tuple[str, list[str]]
"""A group, and some of its rows."""


def dossiers(table: Table, user: str, *, group: str | None = None, query: str = "", has_body: bool = False) -> Page:
    """The page that the query string asks for, inside one group or in all that are granted to the user.

    `has_body`: the request has a body, which no list takes.

    Raises GroupNotFound, Invalid (looked at in this order) or TryAgain.
    """
    if group is not None:
        access.require(table, user, group)
    asked = parameters.asked(query, group, has_body=has_body)
    if group is not None and asked.external_identifier is not None:
        row = _by_external_identifier(table, group, asked.external_identifier)
        return Page([], 0) if row is None else Page([row], 1)

    groups = [group] if group is not None else access.groups_of(table, user)
    if asked.after is not None:
        groups = [group for group in groups if group >= asked.after.group]
    return fitted(_chunks(table, groups, asked), asked.limit)


def _by_external_identifier(table: Table, group: str, identifier: str) -> str | None:
    """The row, from the GSI; as long as that has not seen the dossier, from the item that holds the identifier."""
    if not text.can_be_kept(identifier):
        return None
    row = table.row_by_external_identifier(group, identifier)
    if row is None and (guard := table.get(items.identifier_key(group, identifier))) is not None:
        dossier = table.get(items.dossier_key(group, guard["dossier_id"]))
        row = None if dossier is None else dossier["row"]
    return row


def _chunks(table: Table, groups: list[str], asked: Asked) -> Iterator[Chunk]:
    """The rows, group by group, while the next groups are already being read."""
    todo = iter(groups)
    # This thread would only wait for the first page of all: it asks for that one itself, once the others are on their
    # way.
    ahead = deque((group, _reading(table, group, asked, first=False)) for group in islice(todo, 1))
    ahead.extend((group, _reading(table, group, asked)) for group in islice(todo, GROUPS_AHEAD - 1))
    while ahead:
        group, ranges = ahead.popleft()
        ahead.extend((later, _reading(table, later, asked)) for later in islice(todo, 1))
        for chunk in _merged(ranges, size=1000 if asked.limit is None else asked.limit + 1):
            yield group, chunk


def _reading(table: Table, group: str, asked: Asked, *, first: bool = True) -> list[Pages]:
    """The pages of each key range of a group; those of all ranges, or of all but the `first`, are on their way."""
    after = asked.after.dossier_id if asked.after is not None and asked.after.group == group else None
    # One more than a page of the answer takes: whether there is another is the same question.
    limit = None if asked.limit is None else asked.limit + 1
    ranges = [
        # A filter drops some of what was read, so that small pages would be many requests for few rows.
        table.pages(key_range, "row", after=after, limit=None if key_range.also else limit)
        for key_range in _ranges(group, asked)
    ]
    return [pages if number == 0 and not first else _started(pages) for number, pages in enumerate(ranges)]


def _started(pages: Pages) -> Pages:
    """The same pages; a thread asks for the first one now."""
    first = _readers().submit(next, pages)
    return chain((future.result() for future in [first]), pages)


def _merged(ranges: list[Pages], size: int) -> Pages:
    """The rows of all ranges in the order of the dossiers' ids, in chunks of this size unless there is one range."""
    if len(ranges) == 1:
        yield from ranges[0]
        return
    merged = merge(*map(chain.from_iterable, ranges), key=rows.dossier_id)
    while chunk := list(islice(merged, size)):
        yield chunk


def _ranges(group: str, asked: Asked) -> list[KeyRange]:
    """The key ranges that hold what is asked for, each dossier in one of them."""
    if asked.words is None:
        return [items.dossiers_of(group)]
    return [items.named(group, lookup) for lookup in names.lookups(asked.words)]


@cache
def _readers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(READERS, "reader")
