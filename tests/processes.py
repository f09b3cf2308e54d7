"""The processes of this machine, as tests look for them."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECONDS = 40
"""How long a test waits for a process."""


def eventually(holds: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """What `holds` returns as soon as it is true. Fails when it does not become true in time."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, f"{holds} was not true within {seconds} seconds"
        time.sleep(0.02)
    return found


def processes(folder: Path, word: str = "") -> list[int]:
    """The ids of the processes whose command line contains the folder and the word."""
    everything = ["ps", "-ww", "-eo", "pid=,args="]
    listed = subprocess.run(everything, capture_output=True, text=True, check=True).stdout
    lines = [line.split(None, 1) for line in listed.splitlines()]
    return [int(pid) for pid, arguments in lines if str(folder) in arguments and word in arguments]
