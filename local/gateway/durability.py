"""Holds back the response to a write until DynamoDB Local has committed it.

DynamoDB Local acknowledges a transaction some milliseconds before its database commits it. When the engine is killed in
between, the transaction is lost. AWS has no such gap, so this is a matter of the local stack, and not of the functions.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from dossiers.errors import BASE, Keyword
from local.engine.dynamodb_local import Engine
from local.gateway.gateway import Handler

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_log = logging.getLogger("local.durability")

_FIRST_ERROR = 400
# The function's own response to a DynamoDB that it cannot reach.
_TRY_AGAIN = {
    "statusCode": 503,
    "headers": {"Content-Type": "application/json", "Cache-Control": "no-store", "Retry-After": "1"},
    "body": json.dumps({"errors": {BASE: [Keyword.TRY_AGAIN]}}),
}


def client(engine: Engine, *, connections: int, timeout: float = 3) -> DynamoDBClient:
    """A client for `confirmed`. It sends a request twice at most, and waits `timeout` seconds for each response.

    The second attempt is for a connection that the engine closed while it was idle.
    """
    return engine.client(
        max_pool_connections=connections,
        connect_timeout=1,
        read_timeout=timeout,
        retries={"mode": "standard", "total_max_attempts": 2},
    )


def confirmed(handler: Handler, client: DynamoDBClient, table: str) -> Handler:
    """`handler`, with a successful response to a write returned only once the write is durable.

    If that cannot be confirmed, the response is 503 `try_again`: the dossier may or may not exist, as after any other
    503. A GET writes nothing, and neither does a request that the function refused: their responses do not wait.
    """
    nothing: Any = {"pk": {"S": "-"}, "sk": {"S": "-"}}

    def handle(event: dict[str, Any], context: Any) -> Any:
        response = handler(event, context)
        if event["requestContext"]["http"]["method"] == "GET" or response["statusCode"] >= _FIRST_ERROR:
            return response
        try:
            # The engine works on one request after another, so a read returns after the commit of the write before it.
            client.get_item(TableName=table, Key=nothing, ConsistentRead=True)
        except (BotoCoreError, ClientError) as exc:
            _log.warning("the write could not be confirmed: %s", type(exc).__name__)
            return _TRY_AGAIN
        return response

    return handle
