"""Who may see which dossier groups. Grants live in the table, not in the token, so that taking one away works at
once.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from dossiers import items
from dossiers.errors import GroupNotFound
from dossiers.table import Table
from dossiers.text import is_group_id


def require(table: Table, user: str, group: str) -> None:
    """Raise GroupNotFound unless the group is granted to the user."""
    if not is_group_id(group) or table.get(items.grant_key(user, group)) is None:
        raise GroupNotFound


def groups_of(table: Table, user: str) -> list[str]:
    """The groups granted to the user, in the order of their characters."""
    pages = table.pages(items.grants_of(user), "sk")
    return [items.granted_group(sort_key) for page in pages for sort_key in page]


def grant(table: Table, user: str, groups: Iterable[str], by: str) -> None:
    """Grant the groups to the user; `by` is kept with the grant. A group exists when somebody is granted it."""
    for group in groups:
        table.put(items.grant(user, group, datetime.now(UTC), by))


def revoke(table: Table, user: str, groups: Iterable[str]) -> None:
    """Take the groups from the user; those that were not granted stay so."""
    for group in groups:
        table.delete(items.grant_key(user, group))
