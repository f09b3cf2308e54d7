"""A world in which every event finds something: the table, the sample users' grants and some of the sample dossiers."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dossiers.storage.table import Table
from dossiers.usecases import access
from local import people, sample
from local.people import Sample
from local.template import Route
from tests import handlers, tables

Event = dict[str, Any]
Answer = Callable[[Event], dict[str, Any]]

EVENTS = {file.stem: file for file in (Path(__file__).parents[2] / "events").iterdir()}
"""What an event is called -> its file."""


def read(name: str) -> Event:
    event: Event = json.loads(EVENTS[name].read_text(encoding="utf-8"))
    return event


@dataclass(frozen=True)
class World:
    """`answer`: what an event is answered by the function that the template routes it to; `there`: the dossiers."""

    answer: Answer
    there: list[Sample]


@pytest.fixture(scope="session")
def routes() -> dict[str, Route]:
    """Route keys -> the routes of template.yaml."""
    return {route.key: route for route in handlers.ROUTES}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """For events that read."""
    with _a_world() as world:
        yield world


@pytest.fixture
def new_world() -> Iterator[World]:
    """For events that create."""
    with _a_world() as world:
        yield world


@contextmanager
def _a_world() -> Iterator[World]:
    with tables.on_moto() as table:
        yield World(handlers.invoke, _load(table))


def _load(table: Table) -> list[Sample]:
    """Some of the sample data, with everything that the events look for."""
    there = [one for number, one in enumerate(people.samples()) if number < 2 * len(people.GROUPS) or _is_jansen(one)]
    for one in there:
        sample.create(table, one)
    for user, groups in sample.USERS.items():
        access.grant(table, user, groups, by="tests")
    return there


def _is_jansen(one: Sample) -> bool:
    return "Jansen" in (one.document["person"]["firstname"], one.document["person"]["lastname"])
