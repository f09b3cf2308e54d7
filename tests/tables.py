"""Which table the handlers of this process use, and tables on moto."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from moto import mock_aws
from mypy_boto3_dynamodb import DynamoDBClient

from dossiers.storage import connection
from dossiers.storage.client import plain_client
from dossiers.storage.table import Table
from local import template
from local.engine.table import create_table
from tests.builders import a_word

_TEMPLATE = template.load()


def use(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the handlers this table, for as long as `monkeypatch` lasts."""
    monkeypatch.setattr(connection, "connect", lambda _: table)


@contextmanager
def on_moto(client: DynamoDBClient | None = None) -> Iterator[Table]:
    """A new, empty table on moto, which the handlers use until the end of the block.

    `client`: the botocore client of the table, by default one that tests share. A test that makes requests fail, or
    listens to the client's events, passes its own client, because botocore retries less often after many failures.
    """
    client = client or _shared_client()
    with mock_aws(), pytest.MonkeyPatch.context() as monkeypatch:
        table = connection.of_client(client, a_word("table-"))
        create_table(client, table.name, template=_TEMPLATE)
        use(table, monkeypatch)
        yield table


@cache
def _shared_client() -> DynamoDBClient:
    return plain_client()
