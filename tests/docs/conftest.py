"""The stack of the README: `dossiers serve` with the sample data."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.markdown import blocks, commands, read, section
from tests.serving import DOSSIERS, Serving, serve
from tests.shell import run_session

# As the README writes them.
HOME, URL = "/home/you/dossiers", "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Stack:
    """The README's stack, started for real."""

    serving: Serving

    def real(self, text: str) -> str:
        """The text of a page, with the program, the folder and the URL of this stack."""
        text = re.sub(rf"({HOME}/)?\.venv/bin/dossiers", DOSSIERS, text)
        text = re.sub(rf"({HOME}/)?\.local", str(self.serving.directory), text)
        return text.replace(URL, self.serving.url)

    def run_session(self, shown: list[str]) -> list[str]:
        """What each of a page's commands prints, run one after the other in one shell. None may fail."""
        return run_session([self.real(command) for command in shown])

    def curl(self, command: str) -> tuple[int, str]:
        """The status and the body of the response to a page's curl command, with the README's TOKEN."""
        (token,) = [command for command in commands(read("README.md")) if command.startswith("TOKEN=")]
        script = f"{token}\n{command} --silent --show-error --write-out '\\n%{{http_code}}'"
        body, _, status = self.run_shell(script, self.serving.directory).rpartition("\n")
        return int(status), body

    def run_shell(self, script: str, folder: Path, environment: dict[str, str] | None = None) -> str:
        """Run a page's shell commands in a folder; they must succeed. Returns their output."""
        completed = subprocess.run(
            ["/bin/sh", "-ec", self.real(script)],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
            cwd=folder,
            env=environment,
        )
        return completed.stdout


@pytest.fixture(scope="session")
def output() -> list[str]:
    """What `make run` prints, as the README shows it."""
    (shown,) = blocks(section(read("README.md"), "Try it"), "text")
    return shown.splitlines()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, output: list[str]) -> Iterator[Stack]:
    with serve(tmp_path_factory.mktemp("readme"), "--sample", lines=len(output)) as serving:
        yield Stack(serving)
