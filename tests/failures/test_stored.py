"""The check of the table after a run finds missing, duplicated, incomplete and unexpected dossiers."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from dossiers.storage import connection
from dossiers.storage.client import plain_client
from dossiers.storage.table import Table
from local.engine.engine import Engine
from local.engine.table import create_table
from tests import tables
from tests.builders import a_word
from tests.contents import a_user
from tests.failures.model import DELETED, Dossier, Model, State
from tests.failures.stored import Archive, problems

JANSEN = State("Jan", "Jansen", identifier="x")
UPDATED = JANSEN.update({"gender": "F"})


@dataclass(frozen=True)
class StoredTable:
    """A table, and what the responses said about it."""

    table: Table
    archive: Archive
    model: Model

    @property
    def dossier(self) -> Dossier:
        """The acknowledged dossier."""
        return self.model.dossiers[0]

    @property
    def problems(self) -> list[str]:
        return problems(self.table, self.archive, [self.model])

    def create(self, lastname: str) -> None:
        a_user(self.table).create_dossier(**State("Jan", lastname).person)

    def delete(self, pk: str, sk: str) -> None:
        plain_client().delete_item(TableName=self.table.name, Key={"pk": {"S": pk}, "sk": {"S": sk}})


@pytest.fixture
def stored(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> StoredTable:
    """A table with an acknowledged dossier. A second dossier may exist according to the responses, and does not."""
    table = connection.of_client(engine.client(), a_word("table-"))
    tables.use(table, monkeypatch)
    create_table(engine.client(), table.name)
    for variable, value in (engine.environment | {"TABLE_NAME": table.name}).items():
        monkeypatch.setenv(variable, value)
    api, model = a_user(table), Model()
    id_ = api.create_dossier(external_identifier="x", **JANSEN.person)
    model.add(Dossier(api.group, JANSEN, id=id_))
    model.add(Dossier(api.group, State("Jan", "Pietersen")))
    return StoredTable(table, Archive(table, engine.client(), rows=3), model)


def test_a_table_with_exactly_the_acknowledged_dossiers_has_no_problems(stored: StoredTable) -> None:
    assert stored.problems == []


def test_a_dossier_whose_create_may_have_succeeded_may_exist(stored: StoredTable) -> None:
    stored.create(lastname="Pietersen")
    assert stored.problems == []


def test_a_dossier_whose_update_or_delete_may_have_succeeded_may_be_as_before(stored: StoredTable) -> None:
    stored.dossier.possible = [JANSEN, UPDATED, DELETED]
    assert stored.problems == []


def test_the_idempotency_record_of_a_deleted_dossier_may_be_left(stored: StoredTable) -> None:
    api, state = a_user(stored.table), State("Jan", "Smit")
    created = api.create(json.dumps(state.document), key="key").json["id"]
    api.delete_dossier(created)
    stored.model.add(Dossier(api.group, state, key="key", id=created, possible=[state, DELETED]))
    assert stored.problems == []


PROBLEMS: dict[str, tuple[Callable[[StoredTable], object], str]] = {
    "missing": (lambda stored: stored.model.add(Dossier("group", State("Jan", "Smit"), id="unknown")), "is missing"),
    "not deleted": (lambda stored: setattr(stored.dossier, "possible", [DELETED]), "is in a state"),
    "not updated": (lambda stored: setattr(stored.dossier, "possible", [UPDATED]), "is in a state"),
    "another version": (lambda stored: setattr(stored.dossier, "possible", [replace(JANSEN, version=2)]), "in a state"),
    "doubled": (lambda stored: stored.create(lastname="Jansen"), "made 2 dossiers"),
    "another id": (lambda stored: setattr(stored.dossier, "id", "other"), "another id"),
    "refused": (lambda stored: stored.create(lastname="Smit"), "1 dossiers exist although"),
    "no person": (lambda stored: stored.delete(f"DOSSIER#{stored.dossier.id}", "PERSON"), "incomplete"),
    "no identifier": (
        lambda stored: stored.delete(f"GROUP#{stored.dossier.group}#EXTERNAL#x", "EXTERNAL"),
        "incomplete",
    ),
    "no name item": (
        lambda stored: stored.delete(f"GROUP#{stored.dossier.group}#WORD#jan", f"jansen#{stored.dossier.id}"),
        "incomplete",
    ),
    "no dossier item": (
        lambda stored: stored.delete(f"GROUP#{stored.dossier.group}", f"DOSSIER#{stored.dossier.id}"),
        "incomplete",
    ),
    "archive": (
        lambda stored: stored.delete(f"GROUP#{stored.archive.group}", f"DOSSIER#{stored.archive.model.dossiers[1].id}"),
        "archive has changed",
    ),
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_problem_is_found(stored: StoredTable, problem: str) -> None:
    make, message = PROBLEMS[problem]
    make(stored)
    [found] = stored.problems
    assert message in found
