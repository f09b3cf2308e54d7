"""A world in which every event finds something: the table, the sample users' grants and some of the sample dossiers."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from dossiers import access, connection, creating
from dossiers.client import plain_client
from dossiers.table import Table
from local.engine.table import create_table
from local.sample import people, users
from local.sample.people import Sample
from local.template import Route
from tests import handlers

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


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name, value in {
        "TABLE_NAME": "events",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "POWERTOOLS_METRICS_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    connection.connect.cache_clear()
    with mock_aws():
        create_table(plain_client(), "events")
        there = _load(connection.table())
        yield World(handlers.invoke, there)


def _load(table: Table) -> list[Sample]:
    """Some of the sample data, with everything that the events look for."""
    there = [one for number, one in enumerate(people.samples()) if number < 2 * len(people.GROUPS) or _is_jansen(one)]
    access.grant(table, "loader", people.GROUPS, by="tests")
    for one in there:
        creating.create(table, user="loader", group=one.group, body=json.dumps(one.document).encode())
    for user, groups in users.USERS.items():
        access.grant(table, user, groups, by="tests")
    return there


def _is_jansen(one: Sample) -> bool:
    return "Jansen" in (one.document["person"]["firstname"], one.document["person"]["lastname"])
