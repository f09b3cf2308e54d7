"""A process that cannot outlive this one, however this one ends."""

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

_WATCHER = Path(__file__).resolve().parent / "supervisor.py"

# Seconds.
_OLD_ONE_LEAVES_WITHIN = 15
_OLD_ONE_IS_KILLED_AFTER = 6
_STOPS_WITHIN = 10
_POLL = 0.02


@dataclass(frozen=True)
class Watched:
    """A command that a watcher (supervisor.py) runs on our behalf."""

    watcher: subprocess.Popen[bytes]
    process_id: int
    """The command's own."""

    @classmethod
    def start(cls, command: list[str], *, lock: Path, log: Path) -> Watched:
        """Start `command` with its output going to `log`, once no earlier one holds `lock` any more.

        The watcher and the command hold the lock together until both are gone. Raises UserError when an earlier command
        does not leave, or the watcher cannot start.
        """
        descriptor = _locked(lock, command)
        try:
            with log.open("wb") as output:
                watcher = subprocess.Popen(  # noqa: S603 - our own program
                    [sys.executable, "-I", "-S", str(_WATCHER), str(descriptor), *command],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=output,
                    pass_fds=[descriptor],
                    # Ctrl-C is for us: the engine stays until the requests in flight are answered.
                    start_new_session=True,
                )
        finally:
            os.close(descriptor)
        assert watcher.stdout is not None  # noqa: S101 - a pipe was asked for
        said = watcher.stdout.readline()
        watcher.stdout.close()
        if not said:
            watcher.wait()
            raise UserError(f"{command[0]} could not be started: see {log}")
        return cls(watcher, int(said))

    def has_ended(self) -> bool:
        """Whether the command is gone, or nobody watches it any more."""
        return self.watcher.poll() is not None

    def wait(self) -> None:
        """Wait until the command is gone, or nobody watches it any more."""
        self.watcher.wait()

    def stop(self) -> None:
        """End the command and wait until it is gone; nothing happens when it is."""
        assert self.watcher.stdin is not None  # noqa: S101 - a pipe was asked for
        self.watcher.stdin.close()
        try:
            killed = self.watcher.wait(_STOPS_WITHIN) < 0
        except subprocess.TimeoutExpired:
            self.watcher.kill()
            self.watcher.wait()
            killed = True
        if killed:
            # Nobody is left to stop the command, or to wait until it has stopped.
            _kill(self.process_id)


def _locked(file: Path, command: list[str]) -> int:
    """Open and lock `file`, waiting for its holder to leave; the descriptor."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    started = time.monotonic()
    killed = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited = time.monotonic() - started
            if waited > _OLD_ONE_LEAVES_WITHIN:
                os.close(descriptor)
                raise UserError(f"an earlier process still holds {file}") from None
            if waited > _OLD_ONE_IS_KILLED_AFTER and not killed:
                killed = _kill_left_over(os.pread(descriptor, 32, 0), command)
            time.sleep(_POLL)
        else:
            return descriptor


def _kill_left_over(recorded: bytes, command: list[str]) -> bool:
    """Kill the process whose id the lock file holds, if it runs the very program that we are to start again.

    Only a process that lost us and its watcher at one blow, where the kernel does not end it, is met here.
    """
    if not recorded.strip().isdigit():
        return False
    process_id = int(recorded)
    arguments = subprocess.run(  # noqa: S603 - a number is all that is put in
        ["ps", "-o", "args=", "-p", str(process_id)],  # noqa: S607 - wherever this system has it
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    program = next((part for part in command if part.endswith(".jar")), command[0])
    if program in arguments:
        _kill(process_id)
    return True


def _kill(process_id: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process_id, signal.SIGKILL)
