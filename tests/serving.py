"""`dossiers serve` as a user starts it: a process of its own, requested over HTTP and administered with `dossiers`."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

import urllib3

from cli.main import main
from tests.processes import SECONDS, eventually, processes

DOSSIERS = str(Path(sys.executable).parent / "dossiers")
_LISTENING = "Listening on "


@dataclass(frozen=True)
class Serving:
    """A running `dossiers serve`, in a process group of its own."""

    process: subprocess.Popen[str]
    url: str
    directory: Path
    """Its data folder."""
    log: Path
    """What it writes to standard error."""
    printed: tuple[str, ...]
    """The first lines that it printed."""

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def run(self, *arguments: str) -> str:
        """What `dossiers ARGUMENTS --data DIR` prints. It must succeed."""
        with redirect_stdout(StringIO()) as printed:
            assert main([*arguments, "--data", str(self.directory)]) == 0
        return printed.getvalue().strip()

    def token(self, user: str) -> str:
        return _token(self, user)

    def request(self, method: str, path: str, user: str = "anna", **options: Any) -> urllib3.BaseHTTPResponse:
        """The response to a request of that user."""
        headers = {"Authorization": f"Bearer {self.token(user)}"}
        return urllib3.request(method, self.url + path, headers=headers, retries=False, **options)


@lru_cache
def _token(serving: Serving, user: str) -> str:
    return serving.run("token", user)


def dossiers(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `dossiers ARGUMENTS` to its end, in a process of its own."""
    return subprocess.run(
        [DOSSIERS, *map(str, arguments)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def start(
    directory: Path, *options: str, port: int = 0, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start `dossiers serve` with its data in `directory`/data and its log in `directory`/serve.log. Does not wait."""
    with (directory / "serve.log").open("w") as log:
        return subprocess.Popen(
            [DOSSIERS, "serve", "--port", str(port), "--data", str(directory / "data"), *options],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=os.environ | (environment or {}),
            start_new_session=True,
        )


@contextmanager
def serve(
    directory: Path, *options: str, port: int = 0, lines: int = 1, environment: Mapping[str, str] | None = None
) -> Iterator[Serving]:
    """A stack that listens, on a free port by default. `lines` of what it prints are read.

    SIGTERM stops it at the end of the block, unless the test has. It must stop with 0 then, and leave no process.
    """
    data, log = directory / "data", directory / "serve.log"
    with start(directory, *options, port=port, environment=environment) as process:
        try:
            assert process.stdout is not None
            printed = tuple(process.stdout.readline().rstrip("\n") for _ in range(lines))
            assert printed[0].startswith(_LISTENING), f"dossiers serve printed {printed} and {log.read_text()!r}"
            yield Serving(process, printed[0].removeprefix(_LISTENING), data, log, printed)
        finally:
            if process.poll() is None:
                process.terminate()
                status = process.wait(SECONDS)
                assert status == 0, f"dossiers serve stopped with {status}: {log.read_text()}"
            eventually(lambda: not processes(data))
