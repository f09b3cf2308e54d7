"""`dossiers serve` as a user starts it: a process of its own, requested over HTTP and administered with `dossiers`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import urllib3

from cli.main import main
from dossiers.domain.roles import Role
from dossiers.storage import connection
from dossiers.usecases import access
from local import stack
from local.engine.engine import Engine
from local.folder import DataFolder
from local.gateway.tokens import SigningKey
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
    """The first lines of its standard output."""

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def run(self, *arguments: str) -> str:
        """Run `dossiers ARGUMENTS --data DIR`, which must succeed. Returns its output. Not thread-safe."""
        with redirect_stdout(StringIO()) as printed:
            assert main([*arguments, "--data", str(self.directory)]) == 0
        return printed.getvalue().strip()

    def grant(self, user: str, *groups: str, role: Role) -> None:
        """Grant the groups to the user in this role."""
        running = stack.find(DataFolder(self.directory))
        table = connection.of_client(running.engine.client(), running.table)
        access.grant(table, user, groups, by="tests", role=role)

    def token(self, user: str) -> str:
        """A bearer token for that user."""
        return SigningKey.load(DataFolder(self.directory)).issue(user)

    def request(self, method: str, path: str, user: str = "anna", **options: Any) -> urllib3.BaseHTTPResponse:
        """The response to a request of that user."""
        headers = {"Authorization": f"Bearer {self.token(user)}"}
        return urllib3.request(method, self.url + path, headers=headers, retries=False, **options)


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


def start(directory: Path, *options: str, port: int = 0, engine: Engine | None = None) -> subprocess.Popen[str]:
    """Start `dossiers serve` with its data in `directory`/data and its log in `directory`/serve.log. Does not wait.

    It runs an engine of its own, unless it is given one.
    """
    command = [DOSSIERS, "serve", "--port", str(port), "--data", str(directory / "data"), *options]
    if engine is not None:
        command += ["--dynamodb-endpoint", engine.endpoint]
    with (directory / "serve.log").open("w") as log:
        return subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=os.environ | ({} if engine is None else engine.environment),
            start_new_session=True,
        )


@contextmanager
def serve(
    directory: Path, *options: str, port: int = 0, lines: int = 1, engine: Engine | None = None
) -> Iterator[Serving]:
    """Run a stack until the end of the block, on a free port by default. `lines`: the lines of its output to read.

    At the end of the block SIGTERM stops it, unless the test has stopped it. It must exit with 0 and leave no process.
    """
    data, log = directory / "data", directory / "serve.log"
    with start(directory, *options, port=port, engine=engine) as process:
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
