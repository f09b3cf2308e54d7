"""Processes that are killed while they update and delete: dossiers stay whole, and no acknowledged write is lost."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Semaphore

import pytest
import urllib3

from dossiers.domain.roles import Role
from dossiers.storage import connection
from dossiers.storage.table import Table
from local import stack
from local.folder import DataFolder
from tests.api import Api, Http, Response
from tests.conftest import ROOT
from tests.contents import a_user, complete_dossiers
from tests.engine import numbered
from tests.processes import processes
from tests.serving import Serving, serve

UPDATED, DELETED = 3, 12
"""Dossiers that are updated until the end, and dossiers that are deleted one after the other."""

# Prints each dossier when its update or delete was acknowledged.
FUNCTIONS = """
import itertools, sys
from tests.api import Api, Handlers
from tests.engine import numbered
user, group, updated, deleted = sys.argv[1:]
api, updated, deleted = Api(Handlers(user), group, group), updated.split(","), deleted.split(",")
for turn in itertools.count(1):
    for dossier in updated:
        number = int(api.show(dossier).headers["etag"].strip('"')) + 1
        assert api.update(dossier, numbered.patch(dossier, number)).status == 200
        print("\\nDONE", dossier, flush=True)
    if turn % 2 and deleted:
        api.delete_dossier(deleted[0])
        print("\\nDONE", deleted.pop(0), flush=True)
"""


def done(lines: Iterable[str]) -> list[str]:
    return [line.split()[1] for line in lines if line.startswith("DONE ") and line.endswith("\n")]


@pytest.mark.parametrize("dynamodb_local", ["signed reads"], indirect=True)
def test_functions_that_are_killed_leave_whole_dossiers_and_lose_nothing(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    versions = {numbered.create(api): 2 for _ in range(UPDATED)}
    present = [api.create_dossier(external_identifier=f"x{number}") for number in range(DELETED)]
    gone: list[str] = []
    for _ in range(4):
        arguments = [api.transport.user, api.group, ",".join(versions), ",".join(present)]  # type: ignore[attr-defined]
        command = [sys.executable, "-c", FUNCTIONS, *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout is not None
            lines: list[str] = []
            until = random.randint(1, 12)
            while len(done(lines)) < until:
                line = process.stdout.readline()
                assert line, "the process ended by itself"
                lines.append(line)
            process.send_signal(signal.SIGKILL)
            acknowledged = done([*lines, *process.stdout.readlines()])

        for dossier, version in versions.items():
            least = version + acknowledged.count(dossier)
            versions[dossier] = numbered.version(api, dossier)
            assert least <= versions[dossier] <= least + 1
        deleted = [dossier for dossier in present if api.show(dossier).status == 404]
        expected = [dossier for dossier in present if dossier in acknowledged]
        assert expected == deleted[: len(expected)]
        assert len(deleted) <= len(expected) + 1
        gone += deleted
        present = [dossier for dossier in present if dossier not in deleted]
        assert complete_dossiers(dynamodb_local, deleted=gone) == sorted([*versions, *present])


# --- dossiers serve ---------------------------------------------------------------------------------------------------


@dataclass
class Client:
    """Updates one dossier, or deletes several, until it gets no response. It counts what it sent and what succeeded."""

    acknowledgements: Semaphore
    """Released at each success."""
    sent: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)

    def update(self, api: Api, dossier: str) -> None:
        number = 3
        while self._send(dossier, lambda: api.update(dossier, numbered.patch(dossier, number))):  # noqa: B023
            number += 1

    def delete(self, api: Api, dossiers: list[str]) -> None:
        for dossier in dossiers:
            if not self._send(dossier, lambda: api.delete(dossier)):  # noqa: B023 - called at once
                return

    def _send(self, dossier: str, request: Callable[[], Response]) -> bool:
        self.sent.append(dossier)
        try:
            status = request().status
        except urllib3.exceptions.HTTPError:
            return False
        assert status in (200, 204, 503)
        if status == 503:
            return False
        self.acknowledged.append(dossier)
        self.acknowledgements.release()
        return True


def an_api(served: Serving) -> Api:
    return Api(Http(served.url, served.token("anna")), "g", "other")


@pytest.mark.engine("dossiers serve on DynamoDB Local, over HTTP")
@pytest.mark.parametrize("everything", [False, True], ids=["the gateway", "every process"])
@pytest.mark.parametrize("_turn", range(2))
def test_when_the_stack_is_killed_the_next_start_has_whole_dossiers_and_every_acknowledged_write(
    tmp_path: Path, everything: bool, _turn: int
) -> None:
    acknowledgements = Semaphore(0)
    clients = [Client(acknowledgements) for _ in range(UPDATED + 1)]
    with serve(tmp_path) as served:
        served.grant("anna", "g", role=Role.MANAGER)
        api = an_api(served)
        updated = [numbered.create(api) for _ in range(UPDATED)]
        deleted = [api.create_dossier(external_identifier=f"x{number}") for number in range(DELETED)]
        victims = processes(served.directory) if everything else [served.process.pid]
        with ThreadPoolExecutor(len(clients)) as pool:
            running = [
                pool.submit(client.update, api, dossier) for client, dossier in zip(clients, updated, strict=False)
            ]
            running.append(pool.submit(clients[-1].delete, api, deleted))
            for _ in range(random.randint(1, 25)):
                assert acknowledgements.acquire(timeout=30)
            for process_id in victims:
                os.kill(process_id, signal.SIGKILL)
            served.process.wait(40)
            for ended in running:
                ended.result()

    with serve(tmp_path) as again:
        api = an_api(again)
        for client, dossier in zip(clients, updated, strict=False):
            assert 2 + len(client.acknowledged) <= numbered.version(api, dossier) <= 2 + len(client.sent)
        gone = [dossier for dossier in deleted if api.show(dossier).status == 404]
        assert set(clients[-1].acknowledged) <= set(gone) <= set(clients[-1].sent)
        running_stack = stack.find(DataFolder(again.directory))
        client_of_engine = running_stack.engine.client()
        table = connection.of_client(client_of_engine, running_stack.table)
        left = {*updated, *deleted} - set(gone)
        assert complete_dossiers(table, deleted=gone, client=client_of_engine) == sorted(left)
