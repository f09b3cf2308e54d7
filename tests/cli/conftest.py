"""A local stack for the tests of the commands."""

from collections.abc import Iterator

import pytest

from tests.serving import Serving, serve


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """`dossiers serve` without sample data, one for all tests of the commands."""
    with serve(tmp_path_factory.mktemp("cli")) as serving:
        yield serving
