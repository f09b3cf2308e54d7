"""DynamoDB Local, for what moto answers wrongly: concurrency, idempotency, paging, size, capacity."""

from collections.abc import Iterator

import pytest

from dossiers import table as tables
from dossiers.table import Table
from local.engine import Engine, running
from local.template import create_table
from tests.builders import a_word
from tests.engine.recording import Recording


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """DynamoDB Local in memory, one for all these tests."""
    with running(None) as engine:
        yield engine


@pytest.fixture
def dynamodb_local(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Table:
    """A new, empty table, which is also the one that the handlers use."""
    name = a_word("table-")
    create_table(engine.client(), name)
    for variable, value in (engine.environment | {"TABLE_NAME": name}).items():
        monkeypatch.setenv(variable, value)
    return tables.table()


@pytest.fixture
def recording(dynamodb_local: Table) -> Recording:
    """What the handlers ask of DynamoDB from now on."""
    return Recording(dynamodb_local)
