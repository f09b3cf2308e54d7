"""DynamoDB by way of botocore: the client, and what its errors mean.

The only module that imports botocore.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import botocore
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 - botocore's own name

from dossiers import query_page
from dossiers.errors import TryAgain

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_CONNECTIONS = 64
"""Kept open to DynamoDB by one process: for 32 requests at once on the local stack, and what they read ahead."""

# Three attempts of at most three seconds, and before those of a read perhaps one of a second (direct.py): DynamoDB
# answers in milliseconds, and when it does not, the caller must hear "try again" well before API Gateway hangs up at 30
# seconds.
_CONFIG = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=MAX_CONNECTIONS,
    tcp_keepalive=True,
    # What we call ourselves. Without it botocore makes up a longer name at each request: a fifth of the request's CPU.
    user_agent=f"dossiers botocore/{botocore.__version__}",
    # One endpoint for all requests, whatever the credentials say of their account: they share their connections.
    account_id_endpoint_mode="disabled",
    # Keys and items are built in items.py, and botocore's complaints quote what they complain of.
    parameter_validation=False,
)

# What is neither the caller's fault nor ours, and passes. botocore has already tried these again.
_PASSING = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)

_OK, _SERVER_ERROR = 200, 500


def client(**options: Any) -> "DynamoDBClient":
    """A DynamoDB client as the functions use it. `options` (endpoint, credentials) go to botocore; none on Lambda."""
    session = botocore.session.get_session()
    client = cast("DynamoDBClient", session.create_client("dynamodb", config=_CONFIG, **options))
    client.meta.events.register("before-parse.dynamodb.Query", _take_rows_out)
    return client


def _take_rows_out(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """Hand the rows of a Query past botocore, as `Rows`; the rest of the answer, and every error, is for it to read.

    It would walk through each value of each item by its type, to no effect: on a page of thousands of rows that costs
    several times as much as everything else together. A botocore without this event would do so again, and nothing but
    speed would be lost.
    """
    if response_dict["status_code"] != _OK:
        return
    taken = query_page.taken_apart(response_dict["body"])
    if taken is not None:
        customized_response_dict["Rows"], response_dict["body"] = taken


@contextmanager
def translated() -> Iterator[None]:
    """Turn what passes into TryAgain. Whatever else goes wrong is a fault of ours, and goes on up as it is."""
    try:
        yield
    except ClientError as exc:
        status = exc.response["ResponseMetadata"]["HTTPStatusCode"]
        if exc.response["Error"]["Code"] in _PASSING or status >= _SERVER_ERROR:
            raise TryAgain from exc
        raise
    except (ConnectionError, HTTPClientError) as exc:
        raise TryAgain from exc
