"""Access: which dossier groups are granted to a user, and in which role.

Grants are stored in the table and not in the token, so that a revoked grant takes effect on the next request.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from dossiers.domain.errors import Forbidden, GroupNotFound
from dossiers.domain.roles import Role
from dossiers.domain.text import is_group_id
from dossiers.storage import items
from dossiers.storage.items import Delete, Write
from dossiers.storage.table import Table

SCAN_LIMIT = 5000
"""Items that one request of a scan reads."""


@dataclass(frozen=True)
class Grant:
    """A user's access to a dossier group. Only this module makes one: whoever holds a grant has passed the check."""

    user: str
    group: str
    role: Role = Role.EDITOR


def require(table: Table, user: str, group: str, role: Role) -> Grant:
    """The grant of the group to the user. Raises GroupNotFound when there is none, and Forbidden when its role does not
    permit what requires `role`.
    """
    item = table.get(items.grant_key(user, group)) if is_group_id(group) else None
    if item is None:
        raise GroupNotFound
    grant = Grant(user, *items.parse_grant(item))
    if not grant.role.permits(role):
        raise Forbidden
    return grant


def grants(table: Table, user: str) -> list[Grant]:
    """All grants of the user, ordered by group."""
    return [grant for page in pages(table, user) for grant in page]


def pages(table: Table, user: str, *, after: str | None = None, limit: int | None = None) -> Iterator[list[Grant]]:
    """All grants of the user, ordered by group, page by page as DynamoDB returns them.

    `after`: only groups behind this one. `limit`: grants a page.
    """
    for page in table.grants(items.grant_range(user), after=after, limit=limit):
        yield [Grant(user, *items.parse_grant(item)) for item in page]


def grants_of_group(table: Table, group: str) -> Iterator[Grant]:
    """All users' grants of the group, in no order. Reads every item of the table: no index has the users of a group."""
    after = None
    while True:
        page, after = table.scan(items.grant_key("", group).sk, limit=SCAN_LIMIT, after=after)
        grants_in_page = (Grant(items.parse_user(items.key_of(item)), *items.parse_grant(item)) for item in page)
        # A group may have the start of its id in common with others.
        yield from (grant for grant in grants_in_page if grant.group == group)
        if after is None:
            return


def grant(table: Table, user: str, groups: Iterable[str], by: str, role: Role = Role.EDITOR) -> list[Grant]:
    """Grant the groups to the user in this role, whatever role the user had; `by` is stored with the grants.

    A group exists when somebody is granted it.
    """
    granted = [Grant(user, group, role) for group in groups]
    now = datetime.now(UTC)
    _write(table, [items.grant(grant.user, grant.group, grant.role, now, by) for grant in granted])
    return granted


def revoke(table: Table, user: str, groups: Iterable[str]) -> None:
    """Revoke the grants of these groups; a group that was not granted stays so."""
    _write(table, [Delete(items.grant_key(user, group)) for group in groups])


def _write(table: Table, writes: list[Write]) -> None:
    for write in writes:
        table.write([write])
