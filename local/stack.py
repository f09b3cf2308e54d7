"""The local stack that serves a data folder: one at a time, and found by the other commands."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields

from local import folder as files
from local.engine.credentials import Credentials
from local.engine.engine import Engine
from local.errors import UserError
from local.folder import DataFolder

# `find` holds the lock for an instant. Seconds that `claim` waits for that.
_FIND_SECONDS = 1
_POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Stack:
    """A local stack that serves."""

    url: str
    """The URL of the API: `http://127.0.0.1:8000`."""
    engine: Engine
    table: str
    """The name of the table."""

    def to_json(self) -> str:
        """Returns one JSON object without nested ones, for other programs to read."""
        engine = self.engine
        return json.dumps(
            {
                "url": self.url,
                "endpoint": engine.endpoint,
                "region": engine.region,
                "table": self.table,
                **asdict(engine.credentials),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Stack:
        """Returns the stack that `to_json` described."""
        values = json.loads(text)
        credentials = Credentials(**{field.name: values[field.name] for field in fields(Credentials)})
        return cls(values["url"], Engine(values["endpoint"], credentials, values["region"]), values["table"])


@contextlib.contextmanager
def claim(folder: DataFolder) -> Iterator[None]:
    """Hold the folder for this process alone until the end of the block.

    Raises UserError when another process holds it.
    """
    with folder.serve_lock.open("a+") as lock:
        deadline = time.monotonic() + _FIND_SECONDS
        while not _try_lock(lock.fileno(), fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                lock.seek(0)
                raise _already_served(folder, process_id=lock.read().strip())
            time.sleep(_POLL_SECONDS)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        withdraw(folder)  # a stack that was killed has left its description
        yield


def announce(folder: DataFolder, stack: Stack) -> None:
    """Write down how to reach the stack that serves the folder now."""
    files.replace(folder.stack, stack.to_json())


def withdraw(folder: DataFolder) -> None:
    """Delete what `announce` wrote."""
    folder.stack.unlink(missing_ok=True)


def find(folder: DataFolder) -> Stack:
    """Returns the stack that serves the folder now. Raises UserError when none does.

    A stack that was killed leaves its description but no lock. A folder that nobody has locked is therefore not served.
    """
    with contextlib.suppress(OSError), folder.serve_lock.open() as lock:
        if not _try_lock(lock.fileno(), fcntl.LOCK_SH):
            return Stack.from_json(folder.stack.read_text(encoding="utf-8"))
    raise folder.not_served()


def _already_served(folder: DataFolder, process_id: str) -> UserError:
    try:
        url = find(folder).url
    except UserError:  # it has the lock, but does not listen yet or any more
        return UserError(f"process {process_id} is starting or stopping a stack on {folder}: try again")
    return UserError(f"{folder} is already served at {url}, by process {process_id}")


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
