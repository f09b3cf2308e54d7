"""The check of the table after a run finds what is missing, doubled, partial or there without a reason."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from dossiers.storage import connection
from dossiers.storage.client import plain_client
from dossiers.storage.table import Table
from local.engine.engine import Engine
from local.engine.table import create_table
from tests import tables
from tests.builders import a_word
from tests.contents import a_user
from tests.failures.model import Dossier, Model
from tests.failures.stored import Archive, problems


class World(NamedTuple):
    table: Table
    archive: Archive
    model: Model

    @property
    def dossier(self) -> Dossier:
        """The dossier that a response said exists."""
        return self.model.dossiers[0]

    @property
    def problems(self) -> list[str]:
        return problems(self.table, self.archive, [self.model])

    def create(self, lastname: str) -> None:
        a_user(self.table).created(firstname="Jan", lastname=lastname)

    def delete(self, pk: str, sk: str) -> None:
        plain_client().delete_item(TableName=self.table.name, Key={"pk": {"S": pk}, "sk": {"S": sk}})


@pytest.fixture
def world(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> World:
    """A table with a dossier that a response said exists. Another may exist, and does not."""
    table = connection.of_client(engine.client(), a_word("table-"))
    tables.use(table, monkeypatch)
    create_table(engine.client(), table.name)
    for variable, value in (engine.environment | {"TABLE_NAME": table.name}).items():
        monkeypatch.setenv(variable, value)
    api, model = a_user(table), Model()
    id_ = api.created(firstname="Jan", lastname="Jansen", external_identifier="x")
    model.add(Dossier(api.group, "Jan", "Jansen", identifier="x", id=id_, exists=True))
    model.add(Dossier(api.group, "Jan", "Pietersen"))
    return World(table, Archive(table, engine.client(), rows=3), model)


def test_a_table_that_holds_what_responses_said_has_no_problems(world: World) -> None:
    assert world.problems == []


def test_a_dossier_that_may_exist_may_be_there(world: World) -> None:
    world.create(lastname="Pietersen")
    assert world.problems == []


PROBLEMS: dict[str, tuple[Callable[[World], object], str]] = {
    "missing": (lambda world: world.model.add(Dossier("group", "Jan", "Smit", exists=True)), "is missing"),
    "doubled": (lambda world: world.create(lastname="Jansen"), "made 2 dossiers"),
    "another id": (lambda world: setattr(world.dossier, "id", "other"), "another id"),
    "refused": (lambda world: world.create(lastname="Smit"), "1 dossiers exist although"),
    "no person": (lambda world: world.delete(f"DOSSIER#{world.dossier.id}", "PERSON"), "not whole"),
    "no identifier": (lambda world: world.delete(f"GROUP#{world.dossier.group}#EXTERNAL#x", "EXTERNAL"), "not whole"),
    "no name item": (
        lambda world: world.delete(f"GROUP#{world.dossier.group}#WORD#jan", f"jansen#{world.dossier.id}"),
        "not whole",
    ),
    "no dossier item": (
        lambda world: world.delete(f"GROUP#{world.dossier.group}", f"DOSSIER#{world.dossier.id}"),
        "not whole",
    ),
    "archive": (
        lambda world: world.delete(f"GROUP#{world.archive.group}", f"DOSSIER#{world.archive.model.dossiers[1].id}"),
        "archive has changed",
    ),
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_problem_is_found(world: World, problem: str) -> None:
    make, message = PROBLEMS[problem]
    make(world)
    [found] = world.problems
    assert message in found
