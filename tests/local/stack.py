"""A local stack that a test starts, ends in every way there is, and starts again on the same folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import urllib3

from cli.main import main
from local.gateway.tokens import SigningKey

PROGRAM = str(Path(sys.executable).parent / "dossiers")
_DEADLINE = 40


def eventually(holds: Callable[[], Any], seconds: float = _DEADLINE) -> Any:
    """What `holds` returns once it is true; fails when it does not become so in time."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, f"{holds} did not come true within {seconds} seconds"
        time.sleep(0.02)
    return found


def processes(folder: Path, word: str = "") -> list[int]:
    """The processes whose command line names the folder and the word."""
    everything = ["ps", "-ww", "-eo", "pid=,args="]
    listed = subprocess.run(everything, capture_output=True, text=True, check=True).stdout
    lines = [line.split(None, 1) for line in listed.splitlines()]
    return [int(pid) for pid, arguments in lines if str(folder) in arguments and word in arguments]


def dossiers(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    return subprocess.run(
        [PROGRAM, *map(str, arguments)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=_DEADLINE,
        check=False,
    )


@dataclass(frozen=True)
class Stack:
    """A running `dossiers serve`, in a process group of its own."""

    process: subprocess.Popen[str]
    url: str
    folder: Path
    errors: Path
    """What it writes to standard error."""

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    @property
    def java(self) -> int:
        return max(processes(self.folder, "-jar"))

    @property
    def watcher(self) -> int:
        return min(processes(self.folder, "supervisor.py"))

    def run(self, *arguments: str) -> str:
        """What another `dossiers` command on this stack prints; it has to succeed."""
        with redirect_stdout(StringIO()) as printed:
            assert main([*arguments, "--data", str(self.folder)]) == 0
        return printed.getvalue()

    def request(self, method: str, path: str, user: str = "anna", **options: Any) -> urllib3.BaseHTTPResponse:
        token = SigningKey.kept_in(self.folder).issue(user)
        return urllib3.request(
            method, self.url + path, headers={"Authorization": f"Bearer {token}"}, retries=False, **options
        )

    def create(self, lastname: str) -> str:
        """Create a dossier in the group `g`; its id."""
        body = json.dumps({"person": {"lastname": lastname}})
        answer = self.request("POST", "/api/v1/dossier_groups/g/dossiers", body=body)
        assert answer.status == 200, answer.data
        return str(answer.json()["id"])

    def ids(self) -> list[str]:
        return [row[0] for row in self.request("GET", "/api/v1/dossiers").json()["rows"]]

    def wait(self) -> int:
        return self.process.wait(_DEADLINE)


def start(folder: Path, *options: str, port: int = 0, **environment: str) -> subprocess.Popen[str]:
    """Start `dossiers serve`, and do not wait for it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _errors(folder).open("w") as errors:
        return subprocess.Popen(
            [PROGRAM, "serve", "--port", str(port), "--data", str(folder), *options],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=os.environ | environment,
            start_new_session=True,
        )


@contextmanager
def serving(
    folder: Path, *options: str, port: int = 0, environment: Mapping[str, str] | None = None
) -> Iterator[Stack]:
    """A stack that listens. Unless the test ends it, SIGTERM does, and it must stop cleanly; nothing may be left."""
    with start(folder, *options, port=port, **(environment or {})) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("Listening on "), _errors(folder).read_text()
            yield Stack(process, line.split()[-1], folder, _errors(folder))
        finally:
            if process.poll() is None:
                process.terminate()
                assert process.wait(_DEADLINE) == 0
            eventually(lambda: not processes(folder))


def _errors(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}-errors.txt")
