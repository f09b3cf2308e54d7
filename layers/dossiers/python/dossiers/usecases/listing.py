"""Listing dossiers: all, or those with certain words in their name.

A list goes group by group, and within a group by dossier id, until a page is full. Several groups are read in parallel.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import chain, groupby, islice

from dossiers.domain import names, rows
from dossiers.domain.criteria import ListCriteria
from dossiers.domain.pages import Page, paginate
from dossiers.storage import items, readers
from dossiers.storage.items import KeyRange
from dossiers.storage.table import Table
from dossiers.usecases.access import Grant

GROUPS_AHEAD = 8
"""Groups that are read in parallel. What was read ahead of a page that turns out full is read again for the next."""

_CHUNK_ROWS = 1000
"""Rows that are merged from several key ranges and then added to a page at once, in a list without a limit."""

Pages = Iterator[list[str]]
"""Rows, as many at a time as DynamoDB returns at once."""

Chunk = tuple[str, list[str]]
"""A group, and some of its rows."""


def dossiers(table: Table, grants: Sequence[Grant], criteria: ListCriteria) -> Page:
    """A page of the dossiers in the granted groups that meet the criteria, which have no external identifier."""
    groups = [grant.group for grant in grants]
    if criteria.after is not None:
        groups = [group for group in groups if group >= criteria.after.group]
    return paginate(_chunks(table, groups, criteria), criteria.limit)


def _chunks(table: Table, groups: list[str], criteria: ListCriteria) -> Iterator[Chunk]:
    """The rows, group by group, while the next groups are already being read."""
    if not groups:
        return
    first, *others = groups[:GROUPS_AHEAD]
    ahead = deque((group, readers.submit(_read, table, group, criteria)) for group in others)
    # This thread would only wait for the first group. It reads that one itself, while the others are being read.
    ahead.appendleft((first, readers.future_of(_read(table, first, criteria))))
    remaining = iter(groups[GROUPS_AHEAD:])
    while ahead:
        group, reading = ahead.popleft()
        ahead.extend((later, readers.submit(_read, table, later, criteria)) for later in islice(remaining, 1))
        for chunk in _merge(reading.result(), size=_CHUNK_ROWS if criteria.limit is None else criteria.limit + 1):
            yield group, chunk


def _read(table: Table, group: str, criteria: ListCriteria) -> list[Pages]:
    """The pages of each key range of a group. The first page of each has been read."""
    after = criteria.after.dossier_id if criteria.after is not None and criteria.after.group == group else None
    # One row more than a page of the response holds tells whether there is another page.
    limit = None if criteria.limit is None else criteria.limit + 1
    return table.pages(_key_ranges(group, criteria), "row", after=after, limit=limit)


def _merge(ranges: list[Pages], size: int) -> Pages:
    """The rows of all ranges in the order of the dossiers' ids, in chunks of this size unless there is one range.

    A dossier that several ranges hold is returned once.
    """
    if len(ranges) == 1:
        yield from ranges[0]
        return
    merged = merge(*map(chain.from_iterable, ranges), key=rows.dossier_id)
    distinct = (next(same) for _, same in groupby(merged, key=rows.dossier_id))
    while chunk := list(islice(distinct, size)):
        yield chunk


def _key_ranges(group: str, criteria: ListCriteria) -> list[KeyRange]:
    """The key ranges that together hold the dossiers."""
    if criteria.readings is None:
        return [items.dossier_range(group)]
    # Two readings with the same two longest words share a range if they have no other word.
    lookups = dict.fromkeys(chain.from_iterable(map(names.lookups, criteria.readings)))
    return [items.name_range(group, lookup, criteria.birthdate) for lookup in lookups]
