"""A child process that ends when this process ends, even if this process is killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from local.errors import UserError

_SUPERVISOR = Path(__file__).resolve().parent / "supervisor.py"

KILL_SECONDS = 6
"""Seconds that a start waits for an earlier process to end before it kills it. The supervisor kills after 3 seconds."""

# Seconds that a start waits for an earlier process in total.
_WAIT_SECONDS = 15
_STOP_SECONDS = 10
_POLL_SECONDS = 0.02


@dataclass(frozen=True)
class SupervisedProcess:
    """A command that a supervisor (supervisor.py) runs for this process."""

    supervisor: subprocess.Popen[bytes]
    process_id: int
    """The process id of the command."""

    @classmethod
    def start(
        cls, command: list[str], *, lock: Path, log: Path, kill_seconds: float = KILL_SECONDS
    ) -> SupervisedProcess:
        """Start `command`, with its output in `log`, as soon as no earlier process locks the file `lock`.

        The file stays locked until both the supervisor and the command have ended. An earlier process that locks it for
        `kill_seconds` is killed if it runs the same program. Raises UserError when an earlier process does not end, or
        when the command cannot be started.
        """
        descriptor = _acquire_lock(lock, command, kill_seconds)
        try:
            with log.open("wb") as output:
                supervisor = subprocess.Popen(  # noqa: S603 - our own program
                    [sys.executable, "-I", "-S", str(_SUPERVISOR), str(descriptor), *command],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=output,
                    pass_fds=[descriptor],
                    # In its own session, the command does not receive Ctrl-C: requests in flight still need it.
                    start_new_session=True,
                )
        finally:
            os.close(descriptor)
        assert supervisor.stdout is not None  # noqa: S101 - it was opened as a pipe
        process_id = supervisor.stdout.readline()
        supervisor.stdout.close()
        if not process_id:
            supervisor.wait()
            raise UserError(f"{command[0]} could not be started: see {log}")
        return cls(supervisor, int(process_id))

    def has_ended(self) -> bool:
        """Whether the command or its supervisor has ended."""
        return self.supervisor.poll() is not None

    def wait(self) -> None:
        """Wait until the command or its supervisor has ended."""
        self.supervisor.wait()

    def stop(self) -> None:
        """End the command and wait until it has ended. Does nothing when it has ended already."""
        self.request_stop()
        try:
            killed = self.supervisor.wait(_STOP_SECONDS) < 0
        except subprocess.TimeoutExpired:
            self.supervisor.kill()
            self.supervisor.wait()
            killed = True
        if killed:
            # The supervisor was killed and can no longer end the command.
            _kill(self.process_id)

    def request_stop(self) -> None:
        """Make the supervisor end the command, without waiting for it. The end of this process has the same effect."""
        assert self.supervisor.stdin is not None  # noqa: S101 - it was opened as a pipe
        self.supervisor.stdin.close()


def _acquire_lock(file: Path, command: list[str], kill_seconds: float) -> int:
    """Open and lock `file`, and return its descriptor. Waits until no other process locks it."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    started = time.monotonic()
    tried_to_kill = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited = time.monotonic() - started
            if waited > _WAIT_SECONDS:
                os.close(descriptor)
                raise UserError(f"an earlier process has not ended and still locks {file}: try again") from None
            if waited > kill_seconds and not tried_to_kill:
                _kill_orphan(os.pread(descriptor, 32, 0), command)
                tried_to_kill = True
            time.sleep(_POLL_SECONDS)
        else:
            return descriptor


def _kill_orphan(recorded: bytes, command: list[str]) -> None:
    """Kill the process whose id the lock file holds, if it runs the program of `command`.

    On systems other than Linux, a process keeps running when its supervisor is killed.
    """
    if not recorded.strip().isdigit():
        return
    process_id = int(recorded)
    arguments = subprocess.run(  # noqa: S603 - the only argument from outside is a number
        ["ps", "-o", "args=", "-p", str(process_id)],  # noqa: S607 - its folder differs between systems
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    program = next((part for part in command if part.endswith(".jar")), command[0])
    if program in arguments:
        _kill(process_id)


def _kill(process_id: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process_id, signal.SIGKILL)
