"""Every operation of the API with what it takes: round trips, requests, items and capacity units. test_counts.py counts
them.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from typing import Any

import pytest

from dossiers.storage import items
from dossiers.storage.exchange import Response as DatabaseResponse
from dossiers.storage.table import Table
from dossiers.storage.transport import Receive
from local.engine.engine import Engine
from tests.api import Api, Response
from tests.builders import a_body, a_patch
from tests.contents import a_user
from tests.recording import Recording

NAME = {"firstname": "Johanna", "lastname": "de Vries"}
"""A name of three words: six name items."""

Request = Callable[[], Response]


def _words(start: str, count: int) -> str:
    return " ".join(f"{start}{number}" for number in range(count))


@dataclass(frozen=True)
class World:
    """A user with one group on a table whose requests are recorded."""

    api: Api
    table: Table
    engine: Engine
    recording: Recording
    monkeypatch: pytest.MonkeyPatch

    def index_returns(self, dossier_id: str | None) -> None:
        """Let the GSI return this dossier, or none, as it does while it lags. DynamoDB Local's index does not lag."""
        send = self.recording.send
        key = None if dossier_id is None else items.dossier_key(self.api.group, dossier_id)
        found = [] if key is None else [{"sk": {"S": key.sk}}]

        def send_to_lagging_index(target: str, headers: Any, body: bytes, deadline: Any) -> Receive:
            receive = send(target, headers, body, deadline)
            if "IndexName" not in json.loads(body):
                return receive
            return lambda: DatabaseResponse(receive().status, Message(), json.dumps({"Items": found}).encode())

        self.monkeypatch.setattr(self.recording, "send", send_to_lagging_index)

    def another_update_comes_first(self, dossier_id: str) -> None:
        """Let another update of the dossier precede the first transaction from now on."""
        write, done = Table.write, False
        keys = [items.dossier_key(self.api.group, dossier_id), items.person_key(dossier_id)]

        def write_after_another_update(table: Table, writes: Sequence[items.Write], token: str | None = None) -> None:
            nonlocal done
            if not done:
                done = True
                for key in keys:
                    self.engine.client().update_item(
                        TableName=self.table.name,
                        Key={name: {"S": part} for name, part in key._asdict().items()},
                        UpdateExpression="SET version = version + :one",
                        ExpressionAttributeValues={":one": {"N": "1"}},
                    )
            write(table, writes, token)

        self.monkeypatch.setattr(Table, "write", write_after_another_update)


@dataclass(frozen=True)
class Operation:
    """One request of the API, and what it takes.

    `rounds`: the requests to DynamoDB of each round trip. `put`, `deleted`: items. `reads`, `writes`: capacity units,
    for items under 1 KB. A transaction is two write units for each item, and an entry of the GSI one or two.
    `prepare` prepares the table and returns the request.
    """

    name: str
    status: int
    rounds: tuple[int, ...]
    put: int
    deleted: int
    reads: float
    writes: int
    prepare: Callable[[World], Request]


OPERATIONS: list[Operation] = []


def _operation(  # noqa: PLR0913 - each is a column of the table
    name: str,
    rounds: tuple[int, ...],
    *,
    reads: float,
    put: int = 0,
    deleted: int = 0,
    writes: int = 0,
    status: int = 200,
) -> Callable[[Callable[[World], Request]], None]:
    def add(prepare: Callable[[World], Request]) -> None:
        OPERATIONS.append(Operation(name, status, rounds, put, deleted, reads, writes, prepare))

    return add


# --- Create -----------------------------------------------------------------------------------------------------------


@_operation("create, name of 3 words", (1, 1), reads=1, put=8, writes=16)
def _create(world: World) -> Request:
    return lambda: world.api.create(a_body(**NAME))


@_operation("create, with identifier and Idempotency-Key", (1, 1), reads=1, put=10, writes=21)
def _create_with_identifier(world: World) -> Request:
    return lambda: world.api.create(a_body(**NAME, external_identifier="x"), key="key")


@_operation("create, replayed", (1, 1), reads=1)
def _replay_create(world: World) -> Request:
    body = a_body(**NAME, external_identifier="x")
    world.api.create(body, key="key")
    return lambda: world.api.create(body, key="key")


@_operation("create, identifier taken", (1, 1), reads=1, status=422)
def _create_with_taken_identifier(world: World) -> Request:
    world.api.create_dossier(external_identifier="x")
    return lambda: world.api.create(a_body(external_identifier="x"))


# --- Show -------------------------------------------------------------------------------------------------------------


@_operation("show", (3,), reads=3)
def _show(world: World) -> Request:
    dossier = world.api.create_dossier(**NAME)
    return lambda: world.api.show(dossier)


@_operation("show, no such dossier", (3,), reads=3, status=404)
def _show_nothing(world: World) -> Request:
    dossier = world.api.create_dossier(**NAME)
    world.api.delete_dossier(dossier)
    return lambda: world.api.show(dossier)


# --- Update -----------------------------------------------------------------------------------------------------------


def _update(
    *,
    created: Mapping[str, str] = NAME,
    identifier: str | None = "x",
    if_match: str | None = None,
    **fields: Any,
) -> Callable[[World], Request]:
    def prepare(world: World) -> Request:
        dossier = world.api.create_dossier(**created, external_identifier=identifier)
        return lambda: world.api.update(dossier, a_patch(**fields), if_match=if_match)

    return prepare


_operation("update, nothing changes", (3,), reads=3)(_update(lastname=NAME["lastname"]))
_operation("update, a field that no list shows", (3, 1), reads=3, put=2, writes=4)(_update(city="Utrecht"))
_operation("update, a field that lists show", (3, 1), reads=3, put=8, writes=17)(_update(gender="F"))
_operation("update, day of birth", (3, 1), reads=3, put=8, writes=16)(
    _update(created={**NAME, "birthdate": "1980-02"}, birthdate="1980-02-23")
)
_operation("update, last name: 3 words become 2", (3, 1), reads=3, put=5, deleted=5, writes=21)(
    _update(lastname="Jansen")
)
_operation("update, name: 9 words become 9 others", (3, 1), reads=3, put=47, deleted=45, writes=185)(
    _update(
        created={"firstname": _words("a", 4), "lastname": _words("b", 5)},
        firstname=_words("c", 4),
        lastname=_words("d", 5),
    )
)
_operation("update, set identifier", (3, 1), reads=3, put=3, writes=7)(
    _update(identifier=None, external_identifier="y")
)
_operation("update, change identifier", (3, 1), reads=3, put=3, deleted=1, writes=10)(_update(external_identifier="y"))
_operation("update, remove identifier", (3, 1), reads=3, put=2, deleted=1, writes=7)(_update(external_identifier=None))
_operation("update, If-Match with another version", (3,), reads=3, status=412)(_update(city="Utrecht", if_match='"2"'))


@_operation("update, identifier taken", (3, 1), reads=3, status=422)
def _update_with_taken_identifier(world: World) -> Request:
    world.api.create_dossier(external_identifier="y")
    return _update(external_identifier="y")(world)


@_operation("update, another update came first", (3, 1, 2, 1), reads=5, put=2, writes=4)
def _update_after_another(world: World) -> Request:
    dossier = world.api.create_dossier(**NAME)
    world.another_update_comes_first(dossier)
    return lambda: world.api.update(dossier, a_patch(city="Utrecht"))


# --- Delete -----------------------------------------------------------------------------------------------------------


@_operation("delete, name of 3 words and identifier", (3, 1), reads=3, deleted=9, writes=19, status=204)
def _delete(world: World) -> Request:
    dossier = world.api.create_dossier(**NAME, external_identifier="x")
    return lambda: world.api.delete(dossier)


@_operation("delete, no such dossier", (3,), reads=3, status=404)
def _delete_nothing(world: World) -> Request:
    dossier = world.api.create_dossier(**NAME)
    world.api.delete_dossier(dossier)
    return lambda: world.api.delete(dossier)


# --- Identifier search ------------------------------------------------------------------------------------------------


def _search(**filters: str) -> Callable[[World], Request]:
    def prepare(world: World) -> Request:
        return lambda: world.api.search(**filters)

    return prepare


@_operation("identifier search, found", (2, 1), reads=2.5)
def _identifier(world: World) -> Request:
    world.api.create_dossier(external_identifier="x")
    return lambda: world.api.search(external_identifier="x")


_operation("identifier search, no dossier has it", (2, 1), reads=2.5)(_search(external_identifier="x"))


@_operation("identifier search, the index lacks a new dossier", (2, 1, 1), reads=3.5)
def _identifier_missing_from_index(world: World) -> Request:
    world.api.create_dossier(external_identifier="x")
    world.index_returns(None)
    return lambda: world.api.search(external_identifier="x")


@_operation("identifier search, the index has a dossier that lost it", (2, 1, 1), reads=3.5)
def _identifier_in_stale_index(world: World) -> Request:
    dossier = world.api.create_dossier(external_identifier="x")
    world.api.update_dossier(dossier, external_identifier="y")
    world.index_returns(dossier)
    return lambda: world.api.search(external_identifier="x")


@_operation("identifier search, the index has a dossier that lost it to another", (2, 1, 1, 1), reads=4.5)
def _identifier_of_another(world: World) -> Request:
    dossier = world.api.create_dossier(external_identifier="x")
    world.api.update_dossier(dossier, external_identifier="y")
    world.api.create_dossier(external_identifier="x")
    world.index_returns(dossier)
    return lambda: world.api.search(external_identifier="x")


# --- Name search ------------------------------------------------------------------------------------------------------

READINGS = {1: "Jansen", 2: "Müller", 4: "O'Müller", 8: "O'Müller-Jansen"}
"""Names with so many readings."""


def _name_search(name: str) -> Callable[[World], Request]:
    def prepare(world: World) -> Request:
        world.api.create_dossier(lastname=name)
        return lambda: world.api.search(name=name)

    return prepare


for _count, _name in READINGS.items():
    _operation(
        f"name search in a group, {_count} reading{'s' if _count > 1 else ''}", (1, 2 * _count), reads=1 + 2 * _count
    )(_name_search(_name))


def _of_groups(count: int, **filters: str) -> Callable[[World], Request]:
    def prepare(world: World) -> Request:
        api = a_user(world.table, groups=count)
        api.create_dossier(lastname="Jansen")
        return lambda: api.index(**filters)

    return prepare


_operation("name search in 3 groups, 1 reading", (1, 6), reads=1 + 6)(_of_groups(3, name="jansen"))


# --- Lists ------------------------------------------------------------------------------------------------------------


_operation("list of a group", (1, 1), reads=2)(_search())
_operation("list of 3 groups", (1, 3), reads=4)(_of_groups(3))


@_operation("list of dossier groups", (1,), reads=1)
def _groups(world: World) -> Request:
    return world.api.groups


# --- The table --------------------------------------------------------------------------------------------------------

HEADER = ["operation", "round trips", "requests", "items put", "items deleted", "read units", "write units"]


def markdown() -> str:
    """The operations as a table for the documentation."""
    counts = [[len(one.rounds), sum(one.rounds), one.put, one.deleted, one.reads, one.writes] for one in OPERATIONS]
    lines = [[one.name, *(f"{count:g}" for count in row)] for one, row in zip(OPERATIONS, counts, strict=True)]
    rule = ["---"] * len(HEADER)
    return "".join(f"| {' | '.join(line)} |\n" for line in (HEADER, rule, *lines))
