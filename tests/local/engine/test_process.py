"""A supervised process does not outlive its parent. (These commands start sooner than Java.)"""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.engine.process import SupervisedProcess
from tests.conftest import ROOT
from tests.processes import eventually, processes

pytestmark = pytest.mark.slow

IGNORES_SIGTERM = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
)
STOPS_AT_SIGTERM = "import time; print('up', flush=True); time.sleep(60)"


def start(folder: Path, code: str, *, kill_seconds: float = 6) -> SupervisedProcess:
    """Run Python code, and wait until it has printed something."""
    log = folder / "log"
    command = [sys.executable, "-c", code, str(folder)]
    process = SupervisedProcess.start(command, lock=folder / "lock", log=log, kill_seconds=kill_seconds)
    eventually(log.read_text)
    return process


def test_a_process_that_ignores_sigterm_is_killed_and_the_next_start_waits_for_its_end(tmp_path: Path) -> None:
    first = start(tmp_path, IGNORES_SIGTERM)
    first.request_stop()
    second = start(tmp_path, STOPS_AT_SIGTERM)
    assert second.process_id in processes(tmp_path)
    assert not processes(tmp_path, "SIG_IGN")
    first.stop()
    second.stop()
    assert not processes(tmp_path)


def test_a_process_without_its_supervisor_is_killed_by_the_next_start(tmp_path: Path) -> None:
    first = start(tmp_path, IGNORES_SIGTERM)
    first.supervisor.kill()
    first.wait()
    assert processes(tmp_path, "SIG_IGN") == [first.process_id]
    second = start(tmp_path, STOPS_AT_SIGTERM, kill_seconds=0.2)
    assert not processes(tmp_path, "SIG_IGN")
    first.stop()
    second.stop()


PARENT = """
import sys, time
from pathlib import Path
from local.engine.process import SupervisedProcess
folder = Path(sys.argv[1])
command = [sys.executable, "-c", "import time; time.sleep(60)", str(folder)]
SupervisedProcess.start(command, lock=folder / "lock", log=folder / "log")
print("up", flush=True)
time.sleep(60)
"""


def test_a_process_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"up\n"
        parent.send_signal(signal.SIGKILL)
    eventually(lambda: not processes(tmp_path))
