"""The start of a function on Lambda. Each test starts a process."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dossiers.storage import connection
from dossiers.storage.table import Table
from dossiers.usecases import access
from local.engine.engine import Engine
from local.engine.table import create_table
from tests import handlers, tables
from tests.api import Api, Handlers
from tests.builders import a_body, a_word, an_event
from tests.conftest import ROOT

FUNCTIONS = {
    "index": ["Query"],
    "search": ["GetItem"],
    "create": ["GetItem"],
    "show": ["GetItem"],
    "update": ["GetItem"],
    "delete": ["GetItem"],
    "groups": ["Query"],
}
"""What each function reads before its first request."""

READS = {
    "index": "/api/v1/dossiers",
    "search": "/api/v1/dossier_groups/group/dossiers",
    "show": "/api/v1/dossier_groups/group/dossiers/{dossier}",
    "groups": "/api/v1/dossier_groups",
}
"""The functions that only read, and what each is asked for."""

# Reports what the process did before its first request, and after it.
PROGRAM = """
import gc, json, random, sys, time
random.seed(1)
random_state = random.getstate()

operations, connections, first = [], set(), None
import dossiers.storage.transport
send = dossiers.storage.transport.Connection.send
def recording(self, target, headers, *rest):
    global first
    first = first or time.monotonic()
    named = {name.lower(): value for name, value in headers.items()}
    operation = named["x-amz-target"]
    operations.append((operation if isinstance(operation, str) else operation.decode()).rpartition(".")[2])
    connections.add(self)
    return send(self, target, headers, *rest)
dossiers.storage.transport.Connection.send = recording

sys.path.insert(0, sys.argv[1])
import app
seconds = time.monotonic() - first if first else 0

report = {
    "operations": list(operations),
    "connections": len(connections),
    "seconds": seconds,
    "collects": gc.isenabled(),
    "frozen": gc.get_freeze_count(),
    "botocore": "botocore.session" in sys.modules,
}
if len(sys.argv) > 2:
    operations.clear()
    report["status"] = app.handler(json.loads(sys.argv[2]), None)["statusCode"]
    report |= {"connections_after": len(connections), "operations_after": list(operations)}
    report["botocore_after"] = "botocore.session" in sys.modules
hooks = sys.modules.get("snapshot_restore_py")
if hooks:
    operations.clear()
    random.setstate(random_state)
    for function, arguments in hooks.after_restore:
        function(*arguments)
    reseeded = random.getstate() != random_state
    report |= {"restored": operations, "reseeded": reseeded, "connections_restored": len(connections)}
print("REPORT", json.dumps(report))
"""


def start(function: str, *arguments: str, on_lambda: bool = True, **environment: str) -> dict[str, Any]:
    """Start the process of a function. Returns its report."""
    variables = os.environ | environment
    if on_lambda:
        variables["AWS_LAMBDA_FUNCTION_NAME"] = function
    command = [sys.executable, "-c", PROGRAM, str(ROOT / "functions" / function), *arguments]
    ran = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60, check=False)
    lines = [line for line in ran.stdout.splitlines() if line.startswith("REPORT ")]
    assert lines, ran.stderr
    response: dict[str, Any] = json.loads(lines[0].removeprefix("REPORT "))
    return response


@pytest.fixture
def dynamodb_local(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Table:
    """A new, empty table, which the processes find by their environment."""
    table = connection.of_client(engine.client(), a_word("table-"))
    create_table(engine.client(), table.name)
    for variable, value in (engine.environment | {"TABLE_NAME": table.name}).items():
        monkeypatch.setenv(variable, value)
    tables.use(table, monkeypatch)
    return table


def a_list_event(table: Table) -> str:
    access.grant(table, "user", ["group"], by="tests")
    return json.dumps(an_event("GET", "/api/v1/dossiers", route="/api/v1/dossiers"))


@pytest.mark.parametrize(("function", "operations"), FUNCTIONS.items())
def test_a_function_reads_once_before_its_first_request(
    dynamodb_local: Table, function: str, operations: list[str]
) -> None:
    assert start(function)["operations"] == operations


@pytest.mark.parametrize(("function", "path"), READS.items())
def test_a_function_that_reads_starts_and_responds_without_botocore(
    dynamodb_local: Table, function: str, path: str
) -> None:
    access.grant(dynamodb_local, "user", ["group"], by="tests")
    dossier = Api(Handlers("user"), "group", "other").create_dossier()
    _, event = handlers.route_and_event("GET", path.format(dossier=dossier))
    said = start(function, json.dumps(event))
    assert (said["status"], said["botocore"], said["botocore_after"]) == (200, False, False)


@pytest.mark.parametrize("function", sorted(FUNCTIONS.keys() - READS.keys()))
def test_a_function_that_writes_has_loaded_botocore_before_its_first_request(
    dynamodb_local: Table, function: str
) -> None:
    assert start(function)["botocore"]


def test_the_first_request_finds_the_connection_open(dynamodb_local: Table) -> None:
    report = start("index", a_list_event(dynamodb_local))
    assert (report["status"], report["connections"], report["connections_after"]) == (200, 1, 1)
    assert report["operations_after"] == ["Query", "Query"]


def test_a_first_create_uses_the_open_connection_for_its_read_and_its_write(dynamodb_local: Table) -> None:
    access.grant(dynamodb_local, "user", ["group"], by="tests")
    group = "/api/v1/dossier_groups/{dossier_group_id}/dossiers"
    event = an_event("POST", group.format(dossier_group_id="group"), route=group, body=a_body())
    report = start("create", json.dumps(event))
    assert (report["status"], report["connections"], report["connections_after"]) == (200, 1, 1)
    assert report["operations_after"] == ["GetItem", "TransactWriteItems"]


def test_the_garbage_collector_skips_the_objects_that_the_start_created(dynamodb_local: Table) -> None:
    report = start("index")
    assert report["collects"]
    assert report["frozen"] > 10_000


@pytest.mark.engine("no engine (pure code, documents, templates)")
def test_outside_lambda_nothing_is_done_before_the_first_request() -> None:
    report = start("index", on_lambda=False)
    assert report["operations"] == []
    assert report["collects"]
    assert report["frozen"] == 0


def test_a_dynamodb_that_is_out_of_reach_does_not_stop_a_function_from_starting(dynamodb_local: Table) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{unused.getsockname()[1]}"
        report = start("index", a_list_event(dynamodb_local), AWS_ENDPOINT_URL_DYNAMODB=endpoint)
    assert report["status"] == 503


def test_a_dynamodb_that_never_responds_delays_a_start_by_two_seconds(dynamodb_local: Table) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        report = start("search", AWS_ENDPOINT_URL_DYNAMODB=endpoint)
    assert report["operations"] == ["GetItem", "GetItem"]  # a signed read for a second, and one by botocore
    assert 1.9 <= report["seconds"] < 2 + 5  # the machine may be busy


@pytest.mark.parametrize("function", FUNCTIONS)
def test_after_a_restore_connections_and_random_numbers_are_new(
    dynamodb_local: Table, function: str, tmp_path: Path
) -> None:
    """A module that only stores its hooks replaces Lambda's own module, which is not on this machine."""
    (tmp_path / "snapshot_restore_py.py").write_text(
        "after_restore = []\n"
        "def register_after_restore(function, *arguments):\n"
        "    after_restore.append((function, arguments))\n"
    )
    said = start(function, AWS_LAMBDA_INITIALIZATION_TYPE="snap-start", PYTHONPATH=str(tmp_path))
    assert said["restored"] == FUNCTIONS[function]
    assert said["reseeded"]
    assert said["connections_restored"] == 2  # the one before, and a new one
