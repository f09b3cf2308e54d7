"""DynamoDB Local with two tables that hold the same people: one as the service writes them, one with an item for each
word of a name.
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

from benchmarks.implementations import PAIRS, WORDS
from benchmarks.people import FIRSTNAME, LASTNAME, MATCHES, Dossier, People
from dossiers.domain import rows
from dossiers.domain.roles import Role
from dossiers.storage import connection, items
from dossiers.storage.attribute_values import serialize
from dossiers.storage.items import Item
from dossiers.storage.signed_reads import Settings
from dossiers.storage.table import Table
from dossiers.storage.transport import Transport
from dossiers.usecases import access
from local.engine.dynamodb_local import run_engine
from local.engine.engine import Engine
from local.engine.table import create_table

SIZES = (10, 100, 1_000, 3_000, 10_000)
"""Dossiers in each group. user-10 is granted group-10, and so on."""

SEARCHABLE_SIZES = (1_000, 10_000)
"""The groups that also have the items that searches by name read."""

EMPTY = 0
"""The size of the group in which dossiers are created, so that the other groups do not change. user-0 is granted it."""

NAME = f"{FIRSTNAME} {LASTNAME}".lower()
"""The name that is searched for."""
MATCH_COUNT = len(MATCHES)
"""The number of people whom a search for NAME finds, in every group."""

_CREATED_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Database:
    """The engine, which has both tables."""

    engine: Engine

    def table(self, name: str) -> Table:
        """The table with this name, PAIRS or WORDS."""
        return connection.of_client(self.engine.client(), name)

    @contextmanager
    def use_transport(self, transport: Transport) -> Iterator[None]:
        """Let the handlers of this process read as on Lambda, over this transport, until the end of the block.

        Raises RuntimeError if the environment makes the service read with botocore.
        """
        settings = Settings.of_environment()
        if settings is None:
            raise RuntimeError(
                "the environment has a setting, such as a proxy, that makes the service read with botocore"
            )
        table = connection.by_signed_reads(PAIRS, settings, transport)
        with patch.object(connection, "connect", lambda _: table):
            yield


@contextmanager
def run_database() -> Iterator[Database]:
    """Run DynamoDB Local in memory, with both tables and all groups."""
    with run_engine() as engine:
        database = Database(engine)
        _set_environment(engine)
        for name in (PAIRS, WORDS):
            create_table(engine.client(), name)
            for size in (EMPTY, *SIZES):
                groups = [f"group-{size}"]
                access.grant(database.table(name), f"user-{size}", groups, by="benchmark", role=Role.MANAGER)
        for size in SIZES:
            group, searchable = f"group-{size}", size in SEARCHABLE_SIZES
            for table, build_items in ((PAIRS, pair_items), (WORDS, word_items)):
                all_items = (item for one in People(size) for item in build_items(group, one, searchable=searchable))
                _write(engine, table, all_items)
        yield database


def pair_items(group: str, one: Dossier, *, searchable: bool) -> Iterator[Item]:
    """The items of a dossier in the table PAIRS, as the service writes them. `searchable`: with the name items."""
    content = one.content
    yield items.dossier(
        group, one.id, one.row, content.external_identifier, created_at=_CREATED_AT, created_by="benchmark"
    )
    if searchable:
        yield from items.names_of(group, content, one.id, one.row)


def word_items(group: str, one: Dossier, *, searchable: bool) -> Iterator[Item]:
    """The items of a dossier in the table WORDS. `searchable`: with an item for each word of the name."""
    pairs = zip(rows.COLUMNS, json.loads(one.row), strict=True)
    columns: Item = {column: value for column, value in pairs if value is not None}
    creation: Item = {"created_at": _CREATED_AT.isoformat(timespec="milliseconds"), "created_by": "benchmark"}
    identifier: Item = {"dossier_group_id": group, "external_identifier": f"EPD-{one.id}"}
    yield {"pk": f"GROUP#{group}", "sk": f"DOSSIER#{one.id}", **columns, **creation, **identifier, "words": one.words}
    if searchable:
        for word in one.words:
            yield {"pk": f"GROUP#{group}#WORD#{word}", "sk": one.id, **columns, "words": one.words}


def _set_environment(engine: Engine) -> None:
    """Let the code of this process connect to the engine, and to no account of AWS."""
    os.environ |= engine.environment | {
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "TABLE_NAME": PAIRS,
    }
    os.environ.pop("AWS_SESSION_TOKEN", None)
    os.environ.pop("AWS_PROFILE", None)


_BATCH_SIZE = 25
"""Items in one BatchWriteItem, the most that DynamoDB accepts."""


def _write(engine: Engine, table: str, all_items: Iterable[Item]) -> None:
    client = engine.client(parameter_validation=False, max_pool_connections=4)

    def write(batch: tuple[Item, ...]) -> None:
        puts: list[Any] = [{"PutRequest": {"Item": serialize(item)}} for item in batch]
        response = client.batch_write_item(RequestItems={table: puts})
        if response["UnprocessedItems"]:
            raise RuntimeError("DynamoDB Local did not write all items")

    unwritten = iter(all_items)
    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(write, iter(lambda: tuple(islice(unwritten, _BATCH_SIZE)), ())):
            pass
