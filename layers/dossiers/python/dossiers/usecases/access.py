"""Access: which dossier groups are granted to a user.

Grants are stored in the table and not in the token, so that a revoked grant takes effect on the next request.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from dossiers.domain.errors import GroupNotFound
from dossiers.domain.text import is_group_id
from dossiers.storage import items
from dossiers.storage.items import Delete, Write
from dossiers.storage.table import Table


@dataclass(frozen=True)
class Grant:
    """A user's access to a dossier group. Only this module makes one: whoever holds a grant has passed the check."""

    user: str
    group: str


def require(table: Table, user: str, group: str) -> Grant:
    """The grant of the group to the user. Raises GroupNotFound when there is none."""
    if not is_group_id(group) or table.get(items.grant_key(user, group)) is None:
        raise GroupNotFound
    return Grant(user, group)


def grants(table: Table, user: str) -> list[Grant]:
    """All grants of the user, ordered by group."""
    pages = table.pages(items.grant_range(user), "sk")
    return [Grant(user, items.granted_group(sort_key)) for page in pages for sort_key in page]


def grant(table: Table, user: str, groups: Iterable[str], by: str) -> list[Grant]:
    """Grant the groups to the user; `by` is stored with the grants. A group exists when somebody is granted it."""
    granted = [Grant(user, group) for group in groups]
    now = datetime.now(UTC)
    _write(table, [items.grant(grant.user, grant.group, now, by) for grant in granted])
    return granted


def revoke(table: Table, user: str, groups: Iterable[str]) -> None:
    """Revoke the grants of these groups; a group that was not granted stays so."""
    _write(table, [Delete(items.grant_key(user, group)) for group in groups])


def _write(table: Table, writes: list[Write]) -> None:
    for write in writes:
        table.write([write])
