"""Finds processes of this machine, and waits for conditions."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECONDS = 40
"""How long a test waits for a process."""


def eventually(condition: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """Wait until the condition returns a true value. Returns that value, or fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{condition} was not true within {seconds} seconds"
        time.sleep(0.02)
    return found


def processes(folder: Path, word: str = "") -> list[int]:
    """The ids of the processes whose command line contains the folder and the word."""
    everything = ["ps", "-ww", "-eo", "pid=,args="]
    listed = subprocess.run(everything, capture_output=True, text=True, check=True).stdout
    lines = [line.split(None, 1) for line in listed.splitlines()]
    return [int(pid) for pid, arguments in lines if str(folder) in arguments and word in arguments]
