"""Listing the dossier groups of a user."""

from collections.abc import Iterator

from dossiers.domain import tables
from dossiers.domain.cursor import Position
from dossiers.domain.pages import Page, paginate
from dossiers.storage.table import Table
from dossiers.usecases import access

HEADERS = ("id", "role")


def groups(table: Table, user: str, *, limit: int | None = None, after: str | None = None) -> Page:
    """A page of the groups that are granted to the user, and the role in each. `after`: only groups behind this one."""
    return paginate(
        _chunks(table, user, limit, after), limit, headers=HEADERS, position=lambda group, _: Position(group)
    )


def _chunks(table: Table, user: str, limit: int | None, after: str | None) -> Iterator[tuple[str, list[str]]]:
    # One row more than a page of the response holds tells whether there is another page.
    for page in access.pages(table, user, after=after, limit=None if limit is None else limit + 1):
        for grant in page:
            yield grant.group, [tables.row([grant.group, grant.role])]
