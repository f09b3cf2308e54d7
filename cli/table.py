"""Opens the table that a command works on: the table of a local stack, or a table on AWS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError

from dossiers.domain.errors import DatabaseError, TryAgain
from dossiers.storage import connection
from dossiers.storage.client_errors import NO_CREDENTIALS
from dossiers.storage.table import Table
from local import stack
from local.errors import UserError
from local.folder import DataFolder

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CONNECTIONS = 32
"""An import makes eight requests in parallel, each of which may read two items in parallel."""

CLI_CONFIG = Config(
    connect_timeout=5,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=_CONNECTIONS,
)
"""A user waits for the result, so a command gives up after half a minute without a response of AWS."""


@contextmanager
def open_table(data: DataFolder | None, name: str | None) -> Iterator[Table]:
    """Open the table of the local stack that serves `data`, or else the table `name` on AWS. It closes with the block.

    On AWS it uses the credentials and region that the AWS CLI would use. Raises UserError when DynamoDB fails, also
    during the block.
    """
    running = None if data is None else stack.find(data)
    place = "AWS" if running is None else f"the stack that serves {data}"
    name = str(name) if running is None else running.table
    try:
        client = _connect_to_aws() if running is None else running.engine.client(max_pool_connections=_CONNECTIONS)
        yield connection.of_client(client, name)
    except DatabaseError as exc:
        if exc.code == "ResourceNotFoundException":
            raise UserError(f"there is no table {name!r} in {client.meta.region_name} of this account") from exc
        raise UserError(f"{place} refused the request: {_one_line(exc.__cause__ or exc)}") from exc
    except TryAgain as exc:
        if isinstance(exc.__cause__, NO_CREDENTIALS):
            raise UserError(f"{place} cannot be used: {_one_line(exc.__cause__)}") from exc
        raise UserError(f"{place} does not respond: try again") from exc
    except BotoCoreError as exc:  # no region, or a profile that does not exist
        raise UserError(f"{place} cannot be used: {_one_line(exc)}") from exc


def _connect_to_aws() -> DynamoDBClient:
    import boto3  # noqa: PLC0415 - slow to import; finds credentials and region as every AWS tool does

    return boto3.client("dynamodb", config=CLI_CONFIG)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
