"""The running stack of a data folder. One stack serves a folder at a time, and the other commands find it here."""

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

# `find` holds the lock for a moment. `claim` waits this many seconds for it.
_FIND_SECONDS = 1
_POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Stack:
    """A running local stack."""

    url: str
    """The URL of the API: `http://127.0.0.1:8000`."""
    engine: Engine
    table: str
    """The name of the table."""

    def to_json(self) -> str:
        """Returns the stack as one flat JSON object, which other programs can read too."""
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
        """Returns the stack in the JSON that `to_json` returned."""
        values = json.loads(text)
        credentials = Credentials(**{field.name: values[field.name] for field in fields(Credentials)})
        return cls(values["url"], Engine(values["endpoint"], credentials, values["region"]), values["table"])


@contextlib.contextmanager
def claim(folder: DataFolder) -> Iterator[None]:
    """Lock the folder for this process until the end of the block.

    Raises UserError when another process has locked it.
    """
    with folder.serve_lock.open("a+") as lock:
        deadline = time.monotonic() + _FIND_SECONDS
        while not _try_lock(lock.fileno(), fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                lock.seek(0)
                raise _already_served_error(folder, process_id=lock.read().strip())
            time.sleep(_POLL_SECONDS)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        withdraw(folder)  # a stack that was killed leaves its description behind
        yield


def announce(folder: DataFolder, stack: Stack) -> None:
    """Write the description of the running stack into the folder."""
    files.replace(folder.stack, stack.to_json())


def withdraw(folder: DataFolder) -> None:
    """Delete the description that `announce` wrote."""
    folder.stack.unlink(missing_ok=True)


def find(folder: DataFolder) -> Stack:
    """Returns the stack that serves the folder now. Raises UserError when there is none.

    A stack that was killed leaves its description behind, but no lock. A description therefore counts only while the
    folder is locked.
    """
    with contextlib.suppress(OSError), folder.serve_lock.open() as lock:
        if not _try_lock(lock.fileno(), fcntl.LOCK_SH):
            return Stack.from_json(folder.stack.read_text(encoding="utf-8"))
    raise folder.not_served_error()


def _already_served_error(folder: DataFolder, process_id: str) -> UserError:
    try:
        url = find(folder).url
    except UserError:  # the folder is locked, but the stack does not listen yet, or no longer
        return UserError(f"process {process_id} is starting or stopping a stack on {folder}: try again")
    return UserError(f"{folder} is already served at {url}, by process {process_id}")


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
