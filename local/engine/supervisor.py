"""A program that runs a command and ends it when the parent of this program ends.

    python supervisor.py LOCK_FD COMMAND...

Standard input is a pipe whose other end only the parent has open. When the parent ends, also by SIGKILL, the kernel
closes that end. This program then reads the end of its input, and stops the command.

LOCK_FD is an open, locked file. The command inherits it, so that the file stays locked until both this program and the
command have ended. This program writes the process id of the command to that file and to standard output.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from typing import Any

# Seconds between SIGTERM and SIGKILL.
_STOP_SECONDS = 3
_PR_SET_PDEATHSIG = 1


def _death_signal_hook() -> Any:
    """Returns a function for the child process to call before it runs the command.

    It makes Linux send SIGTERM to the child when this program is killed. Other systems cannot do that: this function
    then returns None, and the next start finds the command by the process id in the lock file.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def request_signal() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # this program ended before the request was in place
            os._exit(1)

    return request_signal


def supervise(lock: int, command: list[str]) -> int:
    """Run `command` until it or standard input ends. Returns its exit status, or minus the number of its signal."""
    child = subprocess.Popen(  # noqa: S603 - the command of our own parent process
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        stderr=sys.stderr,
        pass_fds=[lock],
        preexec_fn=_death_signal_hook(),  # noqa: PLW1509 - there is only one thread yet
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
            child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()

    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    threading.Thread(target=stop_at_end_of_input, daemon=True).start()
    return child.wait()


if __name__ == "__main__":
    sys.exit(supervise(int(sys.argv[1]), sys.argv[2:]) & 0xFF)
