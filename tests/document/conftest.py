"""A table on moto with the group of the document's examples, and a dossier in it."""

import json
from collections.abc import Iterator

import pytest

from dossiers.domain.roles import Role
from dossiers.storage.table import Table
from dossiers.usecases import access
from openapi import examples
from tests import tables
from tests.document.requests import USER, call


@pytest.fixture
def table() -> Iterator[Table]:
    """A table in which USER is a manager of the group."""
    with tables.on_moto() as table:
        access.grant(table, USER, [examples.GROUP], by="tests", role=Role.MANAGER)
        yield table


@pytest.fixture
def dossier_id(table: Table) -> str:
    """The id of a dossier of the group."""
    created = call("createDossier", body=json.dumps({"person": {"firstname": "John"}}))
    return str(created.json["id"])
