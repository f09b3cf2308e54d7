"""DynamoDB Local, for what moto does not imitate: concurrency, idempotency, paging, size, capacity."""

from collections.abc import Callable, Iterator

import pytest

from dossiers.storage import connection, readers
from dossiers.storage.signed_reads import Settings
from dossiers.storage.table import Table
from dossiers.storage.transport import Transport
from local.engine.engine import Engine
from local.engine.table import create_table
from tests import tables
from tests.builders import a_word
from tests.recording import Recording


def _connect_signed_reads(name: str, transport: Transport) -> Table:
    settings = Settings.of_environment()
    assert settings is not None
    return connection.by_signed_reads(name, settings, transport)


READERS: dict[str, Callable[[str, Transport], Table]] = {
    "signed reads": _connect_signed_reads,
    "botocore": connection.by_botocore,
}


@pytest.fixture
def recording(engine: Engine) -> Iterator[Recording]:
    """Records the requests of this test's tables to DynamoDB."""
    recording = Recording(engine.endpoint)
    yield recording
    # A refused request does not wait for what it has started to read. Those reads would keep their connections open.
    readers._pool().shutdown()
    readers._pool.cache_clear()
    recording.close()


@pytest.fixture(params=READERS)
def dynamodb_local(
    request: pytest.FixtureRequest, engine: Engine, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> Table:
    """A new, empty table, which the handlers use too. The test runs with each of READERS."""
    name = a_word("table-")
    create_table(engine.client(), name)
    for variable, value in (engine.environment | {"TABLE_NAME": name}).items():
        monkeypatch.setenv(variable, value)
    table: Table = READERS[request.param](name, recording)
    tables.use(table, monkeypatch)
    return table
