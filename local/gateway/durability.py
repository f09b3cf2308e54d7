"""Delays the response to a write until DynamoDB Local has committed the write.

DynamoDB Local acknowledges a transaction some milliseconds before its database commits it. When DynamoDB Local is
killed in between, the transaction is lost. DynamoDB on AWS commits before it acknowledges. The functions therefore need
no such delay, and the local stack adds it.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from dossiers.domain.errors import BASE, Keyword
from local.engine.engine import Engine
from local.gateway.invocation import Handler

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_log = logging.getLogger(__name__)

_FIRST_ERROR = 400
# The same response as that of a function that cannot reach DynamoDB.
_TRY_AGAIN = {
    "statusCode": 503,
    "headers": {"Content-Type": "application/json", "Cache-Control": "no-store", "Retry-After": "1"},
    "body": json.dumps({"errors": {BASE: [Keyword.TRY_AGAIN]}}),
}


def confirming_client(engine: Engine, *, connections: int, timeout: float = 3) -> DynamoDBClient:
    """Returns a client for `respond_when_durable`. It waits `timeout` seconds for each response.

    It sends a request at most twice, because DynamoDB Local may have closed an idle connection.
    """
    return engine.client(
        max_pool_connections=connections,
        connect_timeout=1,
        read_timeout=timeout,
        retries={"mode": "standard", "total_max_attempts": 2},
    )


def respond_when_durable(handler: Handler, client: DynamoDBClient, table: str) -> Handler:
    """Returns a handler that responds as `handler` does, but returns the response to a write when the write is durable.

    It responds 503 `try_again` when it cannot confirm the write. The write may be durable then, as after any other 503.
    Every method but GET counts as a write. A POST search waits too, for one read that finds nothing.
    """

    def handle(event: dict[str, Any], context: Any) -> Any:
        response = handler(event, context)
        if event["requestContext"]["http"]["method"] == "GET" or response["statusCode"] >= _FIRST_ERROR:
            return response
        try:
            wait_until_durable(client, table)
        except (BotoCoreError, ClientError) as exc:
            _log.warning("the write could not be confirmed: %s", type(exc).__name__)
            return _TRY_AGAIN
        return response

    return handle


def wait_until_durable(client: DynamoDBClient, table: str) -> None:
    """Wait until all writes that the engine has acknowledged are durable. Raises what the client raises.

    DynamoDB Local handles requests one after the other, so a read returns after the commit of all earlier writes.
    """
    no_item: Any = {"pk": {"S": "-"}, "sk": {"S": "-"}}
    client.get_item(TableName=table, Key=no_item, ConsistentRead=True)
