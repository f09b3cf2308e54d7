"""The folder that everything of one local stack is kept in, and what the other commands learn from it.

dynamodb/           the database
credentials.json    the access key that opens it
signing-key.pem     signs the tokens
serve.lock          held by `dossiers serve` for as long as it lives
stack.json          how to reach the stack that serves now
engine.lock, engine.log
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from local.errors import UserError

# A command that asks whether somebody serves holds the lock for an instant. Seconds.
_LOOKERS_LEAVE_WITHIN = 1
_POLL = 0.02


@dataclass(frozen=True)
class Stack:
    """How to reach a stack that serves."""

    url: str
    """The API's: `http://127.0.0.1:8000`."""
    endpoint: str
    """DynamoDB's."""
    region: str
    access_key: str
    secret_key: str
    session_token: str | None
    table: str


def prepare(folder: Path) -> None:
    """Make the folder, for the user's eyes only, unless it is there. Raises UserError when it cannot be written to."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as exc:
        raise UserError(f"cannot write to the folder {folder}: {exc.strerror}") from exc


def kept(file: Path, make: Callable[[], str]) -> str:
    """The text of `file`. The first time it is what `make` returns.

    It is written whole or not at all, readable by the user alone; of two processes that make it, one wins.
    """
    with contextlib.suppress(FileNotFoundError):
        return file.read_text(encoding="utf-8")
    with _written_aside(file, make()) as aside, contextlib.suppress(FileExistsError):
        os.link(aside, file)
    return file.read_text(encoding="utf-8")


@contextlib.contextmanager
def _written_aside(file: Path, text: str) -> Iterator[Path]:
    """A finished new file beside `file`, for as long as the block lasts."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[None]:
    """Be the one that serves the folder. Raises UserError when another process is."""
    with _lock_file(folder).open("a+") as lock:
        deadline = time.monotonic() + _LOOKERS_LEAVE_WITHIN
        while not _try_lock(lock.fileno(), fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                lock.seek(0)
                raise UserError(f"{folder} is served already, by process {lock.read().strip()}")
            time.sleep(_POLL)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        _stack_file(folder).unlink(missing_ok=True)
        yield


def announce(folder: Path, stack: Stack) -> None:
    """Tell the other commands how to reach the stack that serves the folder now."""
    with _written_aside(_stack_file(folder), json.dumps(asdict(stack))) as aside:
        aside.replace(_stack_file(folder))


def withdraw(folder: Path) -> None:
    """Tell them that it stops."""
    _stack_file(folder).unlink(missing_ok=True)


def stack(folder: Path) -> Stack:
    """The stack that serves the folder now. Raises UserError when none does.

    After a SIGKILL the description stays behind; the lock does not, so the lock decides.
    """
    with contextlib.suppress(OSError), _lock_file(folder).open() as lock:
        if not _try_lock(lock.fileno(), fcntl.LOCK_SH):
            return Stack(**json.loads(_stack_file(folder).read_text(encoding="utf-8")))
    raise not_served(folder)


def not_served(folder: Path) -> UserError:
    """The error for a command that needs a stack which serves, or has served, the folder."""
    return UserError(f"nothing serves {folder}: start it with `dossiers serve --data {folder}`")


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_file(folder: Path) -> Path:
    return folder / "serve.lock"


def _stack_file(folder: Path) -> Path:
    return folder / "stack.json"
