"""Runs a command and ends it when whoever started this program is gone. Started as a program of its own.

    python supervisor.py LOCK_FD COMMAND...

Standard input is a pipe whose other end only the parent holds. However the parent ends, SIGKILL included, the kernel
closes that end; reading then finds the end of the file, on every POSIX system, and the command is stopped.

LOCK_FD is an open, locked file. The command inherits it, so the lock is held until this program *and* the command are
gone, whichever goes first and in whatever way. The command's process id is written into that file and to standard
output.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from typing import Any

# How long the command may take to stop by itself, in seconds.
_PATIENCE = 3
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> Any:
    """What the child does before it becomes the command: on Linux, ask for a SIGTERM when this program is killed.

    Elsewhere nothing is done; there the next start finds the command by the process id in the lock file.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # It died before the request was in place.
            os._exit(1)

    return ask


def watch(lock: int, command: list[str]) -> int:
    """Run `command` until it ends or standard input does; return its exit status (negative: the signal)."""
    child = subprocess.Popen(  # noqa: S603 - the command is the caller's
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        stderr=sys.stderr,
        pass_fds=[lock],
        preexec_fn=_die_with_parent(),  # noqa: PLW1509 - there is one thread yet
    )
    process_id = f"{child.pid}\n".encode()
    os.ftruncate(lock, 0)
    os.pwrite(lock, process_id, 0)
    os.write(sys.stdout.fileno(), process_id)

    def stop_at_end_of_input() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        child.terminate()
        try:
            child.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()

    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    threading.Thread(target=stop_at_end_of_input, daemon=True).start()
    return child.wait()


if __name__ == "__main__":
    sys.exit(watch(int(sys.argv[1]), sys.argv[2:]) & 0xFF)
