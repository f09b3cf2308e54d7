"""The load of the sample data."""

import json
from dataclasses import replace
from itertools import islice
from uuid import uuid4

import pytest

from dossiers.domain.criteria import ListCriteria
from dossiers.domain.errors import Invalid
from dossiers.storage import connection
from dossiers.storage.table import Table
from dossiers.usecases import access, listing
from local.engine.engine import Engine
from local.engine.table import create_table
from local.sample import loader
from local.sample.people import GROUPS, samples

PEOPLE = list(islice(samples(), 24))
"""Three of them have no identifier."""


@pytest.fixture
def table(engine: Engine) -> Table:
    name = f"sample-{uuid4()}"
    create_table(engine.client(), name)
    return connection.of_client(engine.client(max_pool_connections=16), name)


def count(table: Table) -> int:
    """The number of dossiers in all groups."""
    grants = access.grant(table, "everybody", GROUPS, by="test")
    return len(json.loads(listing.dossiers(table, grants, ListCriteria()).body)["rows"])


def groups(table: Table, user: str) -> list[str]:
    """The groups that are granted to the user."""
    return [grant.group for grant in access.grants(table, user)]


def test_an_interrupted_load_continues_with_each_dossier_exactly_once(table: Table) -> None:
    document = PEOPLE[10].document
    broken = replace(PEOPLE[10], document=document | {"person": document["person"] | {"gender": "?"}})
    with pytest.raises(Invalid):
        loader.load(table, [*PEOPLE[:10], broken, *PEOPLE[11:]])
    assert groups(table, "anna") == []
    loader.load(table, PEOPLE)
    assert count(table) == len(PEOPLE)


def test_a_load_that_starts_again_creates_no_second_dossier(table: Table) -> None:
    loader.load(table, PEOPLE)
    access.revoke(table, "sample-data", groups(table, "sample-data"))
    loader.load(table, PEOPLE)
    assert count(table) == len(PEOPLE)


def test_an_identifier_that_somebody_else_has_by_now_does_not_stop_the_load(table: Table) -> None:
    loader.create(table, replace(PEOPLE[1], id=str(uuid4())))
    loader.load(table, PEOPLE)
    assert count(table) == len(PEOPLE)


def test_a_completed_load_is_not_repeated_and_restores_no_grant(table: Table) -> None:
    said: list[str] = []
    loader.load(table, PEOPLE, say=said.append)
    access.revoke(table, "anna", ["noord"])
    loader.load(table, PEOPLE, say=said.append)
    assert said == ["Loading the sample data, 24 made-up dossiers: about 5 seconds, the first time only"]
    assert groups(table, "anna") == ["oost"]
