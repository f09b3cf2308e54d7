"""`dossiers serve` as a user starts it: a process of its own, spoken to over HTTP and through the command line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from local.engine import Engine

DOSSIERS = str(Path(sys.executable).parent / "dossiers")
_LISTENING = "Listening on "


@dataclass(frozen=True)
class Serving:
    """A running `dossiers serve`."""

    url: str
    directory: Path
    printed: tuple[str, ...]
    """The first lines that it said."""

    def run(self, *arguments: str) -> str:
        """What `dossiers ARGUMENTS --data DIR` prints."""
        command = [DOSSIERS, *arguments, "--data", str(self.directory)]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()

    def token(self, user: str) -> str:
        return _token(self, user)


@lru_cache
def _token(serving: Serving, user: str) -> str:
    return serving.run("token", user)


@contextmanager
def serve(directory: Path, *, sample: bool = False, lines: int = 1, engine: Engine | None = None) -> Iterator[Serving]:
    """Start `dossiers serve` on a free port, read its first lines; stop it afterwards, fail unless it stops well.

    `engine`: one that runs already, for it to use.
    """
    log = directory / "serve.log"
    data = directory / "data"
    command = [DOSSIERS, "serve", "--port", "0", "--data", str(data), "--sample" if sample else "--no-sample"]
    variables = dict(os.environ)
    if engine is not None:
        command += ["--dynamodb-endpoint", engine.endpoint]
        variables |= engine.environment
    with (
        log.open("w") as stderr,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=variables) as process,
    ):
        try:
            assert process.stdout is not None
            printed = tuple(process.stdout.readline().rstrip("\n") for _ in range(lines))
            assert printed[0].startswith(_LISTENING), f"dossiers serve printed {printed} and {log.read_text()!r}"
            yield Serving(printed[0].removeprefix(_LISTENING), data, printed)
        finally:
            process.terminate()
            status = process.wait(timeout=30)
        assert status == 0, f"dossiers serve stopped with {status}: {log.read_text()}"
