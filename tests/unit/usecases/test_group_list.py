"""The list of a user's dossier groups, page by page."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from dossiers.domain import pages
from dossiers.domain.cursor import Position
from dossiers.domain.pages import Page
from dossiers.storage import items
from dossiers.storage.items import Item, KeyRange
from dossiers.usecases import group_list

GRANTS = {"a": "reader", "b": None, "c": "manager", "d": "editor"}


class Granting:
    """A table with these grants, of which DynamoDB returns two at a time."""

    def __init__(self) -> None:
        self.limits: list[int | None] = []

    def grants(
        self, key_range: KeyRange, *, after: str | None = None, limit: int | None = None
    ) -> Iterator[list[Item]]:
        assert key_range == items.grant_range("user")
        self.limits.append(limit)
        left = [self._item(key_range, group) for group in GRANTS if after is None or group > after]
        for start in range(0, len(left), 2):
            yield left[start : start + 2]
        yield []

    def _item(self, key_range: KeyRange, group: str) -> Item:
        role = GRANTS[group]
        return {"sk": key_range.at(group).sk, **({} if role is None else {"role": role})}


def groups(table: Granting, **options: Any) -> Page:
    as_table: Any = table
    return group_list.groups(as_table, "user", **options)


def rows_of(page: Page) -> list[list[str]]:
    document = json.loads(page.body)
    assert document["headers"] == ["id", "role"]
    rows: list[list[str]] = document["rows"]
    return rows


def test_every_group_is_listed_with_its_role_and_one_without_a_role_as_an_editors() -> None:
    page = groups(Granting())
    assert rows_of(page) == [["a", "reader"], ["b", "editor"], ["c", "manager"], ["d", "editor"]]
    assert page.next is None


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_pages_visit_every_group_once(limit: int) -> None:
    found, after = [], None
    while True:
        page = groups(Granting(), limit=limit, after=after)
        found += rows_of(page)
        if page.next is None:
            break
        assert page.rows == limit
        assert page.next == Position(found[-1][0])
        after = page.next.group
    assert [group for group, _ in found] == list(GRANTS)


def test_one_grant_more_than_the_page_holds_is_read() -> None:
    table = Granting()
    groups(table, limit=2)
    groups(table)
    assert table.limits == [3, None]


def test_a_list_that_does_not_fit_in_a_response_is_paged_without_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_BODY", 65)
    page = groups(Granting())
    assert [group for group, _ in rows_of(page)] == ["a", "b"]
    assert page.next == Position("b")
