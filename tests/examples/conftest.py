"""A stack with the sample data, and the programs of Node.js that the Makefile installs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.serving import Serving, serve

EXAMPLES = ROOT / "examples"


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serve(tmp_path_factory.mktemp("stack"), "--sample") as serving:
        yield serving


@pytest.fixture(scope="session")
def node_programs() -> Path:
    """The folder of the programs that examples/package.json lists."""
    folder = EXAMPLES / "node_modules" / ".bin"
    assert folder.is_dir(), "examples/node_modules is missing: run `make examples/node_modules/.installed`"
    return folder
