"""Sends requests to the functions while their requests to DynamoDB fail. Checks the responses and the table."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Lock

import urllib3

from dossiers.domain.roles import Role
from dossiers.storage import connection
from dossiers.usecases import access
from local.engine.dynamodb_local import run_engine
from local.engine.table import create_table
from local.serve import TABLE
from tests.api import Api, Headers, Response, Transport
from tests.builders import a_word
from tests.failures.client import Client
from tests.failures.model import Model, Wrong
from tests.failures.setups import Connect, Settings, Setup, Stage
from tests.failures.stored import Archive, problems
from tests.lambda_process import FunctionError, TimedOut

_MANY_GROUPS = 60
"""Groups of one user: a list of all takes more requests to DynamoDB than are sent in parallel."""


@dataclass
class Report:
    """What happened in a run."""

    statuses: Counter[str] = field(default_factory=Counter)
    """Number of responses by status; `none` for no response."""
    faults: Counter[str] = field(default_factory=Counter)
    """Faults by kind."""
    wrong: list[str] = field(default_factory=list)
    """Descriptions of the wrong responses, and of the problems of the table after the run."""
    slowest: float = 0.0
    """Seconds of the slowest response."""
    _lock: Lock = field(default_factory=Lock)

    @property
    def requests(self) -> int:
        """Requests that were sent."""
        return self.statuses.total()

    def count_response(self, status: str, seconds: float) -> None:
        """Count a response."""
        with self._lock:
            self.statuses[status] += 1
            self.slowest = max(self.slowest, seconds)


class _ObservedTransport:
    """A transport that counts and times the responses. It raises Wrong if there is no response."""

    def __init__(self, transport: Transport, report: Report) -> None:
        self.base = transport.base
        self._transport = transport
        self._report = report

    def request(
        self, method: str, target: str, *, body: bytes | str | None = None, headers: Headers | None = None
    ) -> Response:
        started = time.monotonic()
        try:
            response = self._transport.request(method, target, body=body, headers=headers)
        except (FunctionError, urllib3.exceptions.HTTPError) as exc:
            self._report.count_response(
                "none", exc.seconds if isinstance(exc, TimedOut) else time.monotonic() - started
            )
            raise Wrong(f"no response: {type(exc).__name__} {exc}") from exc
        self._report.count_response(str(response.status), time.monotonic() - started)
        return response


def run(setup: Setup, settings: Settings, folder: Path) -> Report:
    """Run DynamoDB Local and the functions, let clients send requests, and check each response and the final table.

    `folder` receives the logs of the functions. The check of the table does not use the proxies.
    """
    report = Report()
    with run_engine() as engine:
        dynamodb = engine.client()
        table = connection.of_client(dynamodb, TABLE)
        create_table(dynamodb, TABLE)
        archive, wide = Archive(table, dynamodb), a_word("user-")
        access.grant(table, wide, [a_word("group-") for _ in range(_MANY_GROUPS)], by="tests")
        stage = Stage(engine, settings, folder, report.faults)

        def use(number: int, connect: Connect, deadline: float) -> Model:
            user, groups = a_word("user-"), [a_word("group-") for _ in range(2)]
            access.grant(table, user, groups, by="tests", role=Role.MANAGER)

            def api(user: str, groups: list[str]) -> Api:
                return Api(_ObservedTransport(connect(user), report), *groups)

            client = Client(
                Random(f"{settings.seed} {settings.rate} client {number}"),
                own=api(user, groups),
                archive=api(archive.user, [archive.group] * 2),
                archived=archive.model,
                wide=api(wide, groups),
            )
            while report.requests < settings.requests and time.monotonic() < deadline:
                try:
                    client.act()
                except Wrong as exc:
                    report.wrong.append(str(exc))
            return client.model

        with setup(stage) as connects, ThreadPoolExecutor(settings.clients) as pool:
            # The time that the functions take to start is not the clients'.
            deadlines = [time.monotonic() + settings.limit] * settings.clients
            models = list(pool.map(use, range(settings.clients), connects, deadlines))
        report.wrong += problems(table, archive, models)
    return report
