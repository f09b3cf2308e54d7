"""The search for an identifier, whatever the GSI says: it may lag behind the table."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dossiers.domain.content import Content
from dossiers.storage import items, stored_dossier
from dossiers.usecases import identifier_search
from dossiers.usecases.access import Grant
from tests.memory import MemoryTable

GROUP, IDENTIFIER = "group", "x"
GRANT = Grant("user", GROUP)
ONE, OTHER = "59abe42d-ad25-4273-95ef-86444705e8d3", "00000000-0000-4000-8000-000000000000"


class Indexed(MemoryTable):
    """A table whose GSI names `in_index` for every identifier."""

    def __init__(self, in_index: str | None, **identifiers: str | None) -> None:
        """`identifiers`: those of the dossiers ONE and OTHER, which exist if they are named here."""
        super().__init__()
        self.in_index = in_index
        self.queries: list[tuple[str, str]] = []
        for name, identifier in identifiers.items():
            dossier = {"one": ONE, "other": OTHER}[name]
            content = Content(identifier, {"firstname": name})
            puts, _ = stored_dossier.create(GROUP, dossier, content, created_at=datetime.now(UTC), created_by="tests")
            self.write(puts)

    def dossier_id_by_external_identifier(self, group: str, external_identifier: str) -> str | None:
        self.queries.append((group, external_identifier))
        return self.in_index


def found(table: Indexed, identifier: str = IDENTIFIER, grant: Grant = GRANT) -> list[str]:
    as_table: Any = table
    page = identifier_search.start(as_table, GROUP, identifier).page(grant)
    assert page.next is None
    assert page.rows == len(page.texts)
    return [text[2:38] for text in page.texts]


def test_a_dossier_that_the_gsi_names_is_read_and_found() -> None:
    table = Indexed(ONE, one="x")
    assert found(table) == [ONE]
    assert table.read == [items.dossier_key(GROUP, ONE)]


def test_when_nobody_has_the_identifier_its_item_is_read_alone() -> None:
    table = Indexed(None, one="y")
    assert found(table) == []
    assert table.read == [items.identifier_key(GROUP, IDENTIFIER)]


def test_a_dossier_that_the_gsi_does_not_name_yet_is_found_by_the_identifier_item() -> None:
    table = Indexed(None, one="x")
    assert found(table) == [ONE]
    assert table.read == [items.identifier_key(GROUP, IDENTIFIER), items.dossier_key(GROUP, ONE)]


@pytest.mark.parametrize("identifier", ["y", None])
def test_a_dossier_that_has_lost_the_identifier_is_not_found_though_the_gsi_names_it(identifier: str | None) -> None:
    table = Indexed(ONE, one=identifier)
    assert found(table) == []
    assert table.read == [items.dossier_key(GROUP, ONE), items.identifier_key(GROUP, IDENTIFIER)]


def test_a_deleted_dossier_is_not_found_though_the_gsi_names_it() -> None:
    assert found(Indexed(ONE)) == []


def test_the_dossier_that_has_the_identifier_now_is_found_though_the_gsi_names_the_one_that_had_it() -> None:
    table = Indexed(ONE, one="y", other="x")
    assert found(table) == [OTHER]
    assert len(table.read) == 3


def test_a_dossier_that_is_deleted_after_its_identifier_item_was_read_is_not_found() -> None:
    table = Indexed(None, one="x")
    del table.items[items.dossier_key(GROUP, ONE)]
    assert found(table) == []


def test_nothing_is_returned_for_the_grant_of_another_group() -> None:
    assert found(Indexed(ONE, one="x"), grant=Grant("user", "other")) == []


@pytest.mark.parametrize("identifier", ["x" * 256, "a\nb", "\x00", "a\ud800"])
def test_what_no_dossier_can_have_is_not_read(identifier: str) -> None:
    table = Indexed(ONE, one="x")
    assert found(table, identifier) == []
    assert (table.queries, table.read) == ([], [])


@pytest.mark.parametrize("group", ["a#b", "", "x" * 65])
def test_of_what_cannot_be_a_group_nothing_is_read_before_the_grant(group: str) -> None:
    table: Any = Indexed(ONE, one="x")
    identifier_search.start(table, group, IDENTIFIER)
    assert (table.queries, table.read) == ([], [])
