"""Many clients create, update, delete, show and search the same few dossiers at once, at random."""

import random
from collections import Counter
from typing import Any

import pytest

from dossiers.storage.table import Table
from tests.api import Api
from tests.builders import a_body, a_patch, a_word
from tests.contents import a_user, complete_dossiers
from tests.engine.history import History
from tests.threads import at_once

THREADS, REQUESTS = 8, 30
FIRST = ["Jan", "Piet", "Anne-Marie", "Jürgen", None]
LAST = ["Jansen", "de Vries", "Müller", "O'Brien", "Jansen-de Vries"]
IDENTIFIERS = ["x", "y", "z", None]
QUERIES = ["jan", "jansen", "mueller", "o brien", "anne marie", "vries jansen", "de vries"]


class Client:
    """One of the clients, with random numbers of its own."""

    def __init__(self, api: Api, history: History, dossiers: list[str], seed: str) -> None:
        self.api, self.history, self.dossiers = api, history, dossiers
        self.random = random.Random(seed)
        self.versions: dict[str, int] = {}
        """The version of each dossier that this client has seen last."""

    def run(self) -> None:
        kinds = [self.update] * 8 + [self.show] * 4 + [self.search] * 4 + [self.create, self.delete, self.list]
        for _ in range(REQUESTS):
            self.random.choice(kinds)()

    def create(self) -> None:
        sent = {**self._fields(), "subject_code": a_word()}
        response = self.history.add("create", lambda: self.api.create(a_body(**sent)), **sent)
        if response.status == 200:
            self.dossiers.append(response.json["id"])

    def update(self) -> None:
        dossier, version = self._dossier()
        chosen = self.random.sample(sorted(self._fields().items()), self.random.randint(0, 3))
        # Every update changes something.
        sent = {**dict(chosen), "subject_code": a_word()}
        if_match = None if version is None else f'"{version}"'
        response = self.history.add(
            "update",
            lambda: self.api.update(dossier, a_patch(**sent), if_match=if_match),
            dossier=dossier,
            if_match=version,
            **sent,
        )
        self._saw(dossier, response.headers)

    def delete(self) -> None:
        dossier, version = self._dossier()
        if_match = None if version is None else f'"{version}"'
        self.history.add(
            "delete", lambda: self.api.delete(dossier, if_match=if_match), dossier=dossier, if_match=version
        )

    def show(self) -> None:
        dossier, _ = self._dossier()
        response = self.history.add("show", lambda: self.api.show(dossier), dossier=dossier)
        self._saw(dossier, response.headers)

    def search(self) -> None:
        filters: dict[str, Any] = self.random.choice(
            [{"name": self.random.choice(QUERIES)}, {"external_identifier": self.random.choice("xyz")}]
        )
        self.history.add("list", lambda: self.api.search(**filters), **filters)

    def list(self) -> None:
        self.history.add("list", self.api.index)

    def _fields(self) -> dict[str, Any]:
        return {
            "firstname": self.random.choice(FIRST),
            "lastname": self.random.choice(LAST),
            "gender": self.random.choice(["M", "F", None]),
            "external_identifier": self.random.choice(IDENTIFIERS),
        }

    def _dossier(self) -> tuple[str, int | None]:
        """A dossier, deleted ones included, and perhaps the version of it to expect."""
        dossier = self.random.choice(self.dossiers)
        return dossier, self.random.choice([None, None, self.versions.get(dossier)])

    def _saw(self, dossier: str, headers: dict[str, str]) -> None:
        if "etag" in headers:
            self.versions[dossier] = int(headers["etag"].strip('"'))


@pytest.mark.parametrize("dynamodb_local", ["signed reads", "botocore"], indirect=True)
@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_what_many_clients_see_at_once_is_explained_by_one_order(dynamodb_local: Table, seed: str) -> None:
    api, history, dossiers = a_user(dynamodb_local), History(), list[str]()
    first = Client(api, history, dossiers, seed)
    while len(dossiers) < 4:
        first.create()

    at_once(THREADS, lambda number: Client(api, history, dossiers, f"{seed}-{number}").run())

    lives = history.check()
    assert Counter(life.id for life in lives) == Counter(dossiers)
    deleted = [life.id for life in lives if life.deletion is not None]
    present = [life for life in lives if life.deletion is None]
    assert complete_dossiers(dynamodb_local, deleted=deleted) == sorted(life.id for life in present)
    # And all is as the last update of each dossier has left it.
    for life in present:
        response = api.show(life.id)
        assert response.headers["etag"] == f'"{max(life.contents)}"'
    for query in QUERIES:
        history.add("list", lambda: api.search(name=query), name=query)  # noqa: B023 - called at once
    for identifier in ("x", "y", "z"):
        history.add("list", lambda: api.search(external_identifier=identifier), external_identifier=identifier)  # noqa: B023
    history.check()
