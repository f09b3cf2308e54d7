"""DynamoDB Local with two tables that hold the same people: one as the service writes them, one with an item for each
word of a name; and the events that ask for them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from benchmarks.people import FIRSTNAME, LASTNAME, MATCHES, Dossier, People
from benchmarks.sides import PAIRS, WORDS
from dossiers.domain import rows
from dossiers.storage import connection, items
from dossiers.storage.attribute_values import serialize
from dossiers.storage.items import Item
from dossiers.storage.signed_reads import Settings
from dossiers.storage.table import Table
from dossiers.storage.transport import Transport
from dossiers.usecases import access
from local import template
from local.engine.dynamodb_local import run_engine
from local.engine.engine import Engine
from local.engine.table import create_table
from local.gateway.event import build_event
from local.gateway.request import Request

LISTED = (10, 100, 1_000, 3_000, 10_000)
"""Sizes of the groups; user-10 sees group-10, and so on."""

SEARCHED = (1_000, 10_000)
"""Of these the names are there to search too."""

EMPTY = 0
"""The group that dossiers are created in, so that the others stay as they are; user-0 sees it."""

NAME = f"{FIRSTNAME} {LASTNAME}".lower()
MATCHED = MATCHES
"""Who a search for NAME finds."""
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """The engine, with both tables in it."""

    engine: Engine

    def table(self, name: str) -> Table:
        """One of the tables."""
        return connection.of_client(self.engine.client(), name)

    @contextmanager
    def handlers_over(self, transport: Transport) -> Iterator[None]:
        """Let the handlers of this process read as on Lambda, over this transport."""
        settings = Settings.of_environment()
        if settings is None:
            raise RuntimeError("the environment has a setting, such as a proxy, with which reads go by way of botocore")
        table = connection.by_signed_reads(PAIRS, settings, transport)
        with patch.object(connection, "connect", lambda _: table):
            yield


@contextmanager
def made() -> Iterator[World]:
    """DynamoDB Local in memory, with all groups."""
    with run_engine() as engine:
        world = World(engine)
        _use(engine)
        for name in (PAIRS, WORDS):
            create_table(engine.client(), name)
            for size in (EMPTY, *LISTED):
                access.grant(world.table(name), f"user-{size}", [f"group-{size}"], by="benchmark")
        for size in LISTED:
            group, searchable = f"group-{size}", size in SEARCHED
            for table, items_of in ((PAIRS, pair_items), (WORDS, word_items)):
                made = (item for one in People(size) for item in items_of(group, one, searchable=searchable))
                _write(engine, table, made)
        yield world


def pair_items(group: str, one: Dossier, *, searchable: bool) -> Iterator[Item]:
    """A dossier as the service writes it; `searchable`: with the items of its name."""
    yield items.dossier(
        group, one.id, one.row, external_identifier=f"EPD-{one.id}", created_at=_LONG_AGO, created_by="benchmark"
    ).item
    if searchable:
        for put in items.names_of(group, one.words, one.id, one.row):
            yield put.item


def word_items(group: str, one: Dossier, *, searchable: bool) -> Iterator[Item]:
    """A dossier with an item for each word of its name; `searchable`: with those."""
    columns = zip(rows.COLUMNS, json.loads(one.row), strict=True)
    shown: Item = {column: value for column, value in columns if value is not None}
    made: Item = {"created_at": _LONG_AGO.isoformat(timespec="milliseconds"), "created_by": "benchmark"}
    identifier: Item = {"dossier_group_id": group, "external_identifier": f"EPD-{one.id}"}
    yield {"pk": f"GROUP#{group}", "sk": f"DOSSIER#{one.id}", **shown, **made, **identifier, "words": one.words}
    if searchable:
        for word in one.words:
            yield {"pk": f"GROUP#{group}#WORD#{word}", "sk": one.id, **shown, "words": one.words}


def request(method: str, path: str, size: int, *, query: str = "", body: Any = None, key: str = "") -> dict[str, Any]:
    """The event of a request by the user of the group of this size."""
    group = f"group-{size}"
    routes = {route.key: route for route in template.routes(template.load())}
    headers = {
        "accept": "*/*",
        "content-type": "application/json",
        "host": "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
        "user-agent": "benchmark",
        **({"idempotency-key": key} if key else {}),
    }
    made = Request(
        method=method,
        target=path.replace("{dossier_group_id}", group) + (f"?{query}" if query else ""),
        protocol="HTTP/1.1",
        headers=headers,
        body=b"" if body is None else json.dumps(body).encode(),
        source_ip="192.0.2.1",
        port=443,
        id=str(uuid4()),
    )
    parameters = {"dossier_group_id": group} if "{" in path else {}
    return build_event(made, routes[f"{method} {path}"], parameters, {"sub": f"user-{size}"})


INDEX = "/api/v1/dossiers"
GROUP = "/api/v1/dossier_groups/{dossier_group_id}/dossiers"


def index(size: int) -> dict[str, Any]:
    """The list of a whole group."""
    return request("GET", INDEX, size)


def search(size: int) -> dict[str, Any]:
    """The search for the most common name in a group."""
    return request("GET", GROUP, size, query=f"name={NAME.replace(' ', '+')}")


def create(identifier: str | None = None) -> dict[str, Any]:
    """A create of a dossier with a name of three words, an external identifier and an Idempotency-Key.

    `identifier`: of the dossier, and the key; without it, another one each time this is called.
    """
    identifier = identifier or str(uuid4())
    person = {
        "firstname": "Johanna",
        "lastname": "de Vries",
        "birthdate": "1980-02-23",
        "gender": "F",
        "email": "johanna@example.com",
        "city": "Utrecht",
    }
    body = {"dossier": {"external_identifier": identifier}, "person": person}
    return request("POST", GROUP, EMPTY, body=body, key=identifier)


def _use(engine: Engine) -> None:
    """Let what runs in this process reach the engine, and no account."""
    os.environ |= engine.environment | {
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "TABLE_NAME": PAIRS,
    }
    os.environ.pop("AWS_SESSION_TOKEN", None)
    os.environ.pop("AWS_PROFILE", None)


_AT_ONCE = 25
"""Items that one BatchWriteItem takes."""


def _write(engine: Engine, table: str, made: Iterable[Item]) -> None:
    client = engine.client(parameter_validation=False, max_pool_connections=4)

    def write(batch: tuple[Item, ...]) -> None:
        puts: list[Any] = [{"PutRequest": {"Item": serialize(item)}} for item in batch]
        answer = client.batch_write_item(RequestItems={table: puts})
        if answer["UnprocessedItems"]:
            raise RuntimeError("DynamoDB Local did not take all items")

    items_ = iter(made)
    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(write, iter(lambda: tuple(islice(items_, _AT_ONCE)), ())):
            pass


def answered_rows(answer: dict[str, Any]) -> list[list[Any]]:
    """The rows of a list's answer; raises unless it is 200 and has the right columns."""
    body = json.loads(answer["body"])
    if answer["statusCode"] != 200 or body["headers"] != list(rows.COLUMNS):
        raise RuntimeError(f"not a list: {answer}")
    found: list[list[Any]] = body["rows"]
    return found
