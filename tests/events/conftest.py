"""A table with a result for every event: the grants of the sample users, and some of the sample dossiers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dossiers.storage.table import Table
from local.sample import loader, people
from local.sample.people import Sample
from local.template import Route
from tests import handlers, tables

Event = dict[str, Any]

EVENTS = {file.stem: file for file in (Path(__file__).parents[2] / "events").iterdir()}
"""Name of an event -> its file."""


def read(name: str) -> Event:
    event: Event = json.loads(EVENTS[name].read_text(encoding="utf-8"))
    return event


@pytest.fixture(scope="session")
def routes() -> dict[str, Route]:
    """Route keys -> the routes of template.yaml."""
    return {route.key: route for route in handlers.ROUTES}


@pytest.fixture(scope="module")
def samples() -> Iterator[list[Sample]]:
    """The dossiers in the table, for events that read."""
    with tables.on_moto() as table:
        yield _load(table)


@pytest.fixture
def new_samples() -> Iterator[list[Sample]]:
    """The dossiers in a new table, for events that write."""
    with tables.on_moto() as table:
        yield _load(table)


def _load(table: Table) -> list[Sample]:
    """Load some of the sample data, with all dossiers that the events search for."""
    loaded = [
        one for number, one in enumerate(people.samples()) if number < 3 * len(people.GROUPS) or _is_jan_jansen(one)
    ]
    for one in loaded:
        loader.create(table, one)
    loader.grant_users(table)
    return loaded


def _is_jan_jansen(one: Sample) -> bool:
    return (one.document["person"]["firstname"], one.document["person"]["lastname"]) == ("Jan", "Jansen")
