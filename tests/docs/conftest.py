"""A stack as the README tells one to start it: `dossiers serve` with the sample data."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.docs.markdown import blocks, read, section
from tests.serving import DOSSIERS, Serving, serve

# As the README writes them.
HOME, URL = "/home/you/dossiers", "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Stack:
    """The README's stack, started for real."""

    serving: Serving

    def real(self, text: str) -> str:
        """The README's text, with this stack's program, folder and address in it."""
        text = re.sub(rf"({HOME}/)?\.venv/bin/dossiers", DOSSIERS, text)
        text = re.sub(rf"({HOME}/)?\.local", str(self.serving.directory), text)
        return text.replace(URL, self.serving.url)


@pytest.fixture(scope="session")
def output() -> list[str]:
    """What `make run` prints, as the README shows it."""
    (shown,) = blocks(section(read("README.md"), "Try it"), "text")
    return shown.splitlines()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, output: list[str]) -> Iterator[Stack]:
    with serve(tmp_path_factory.mktemp("readme"), "--sample", lines=len(output)) as serving:
        yield Stack(serving)
