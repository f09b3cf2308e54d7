"""Records what a table asks of DynamoDB: which operations, how many items they read and what they cost."""

import json
from collections.abc import Mapping
from typing import Any

from dossiers.domain.deadline import Deadline
from dossiers.storage.exchange import Response
from dossiers.storage.transport import Transport


class Recording(Transport):
    """A transport that remembers the operations since it was made, or since `clear()`; repeated ones included.

    It asks DynamoDB Local, which does not check signatures, for the capacity that each request consumes.
    """

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint)
        self.clear()

    def clear(self) -> None:
        self.operations: list[str] = []
        self.by_botocore: list[str] = []
        """Those of the operations that botocore has sent."""
        self.items_read = 0
        self.capacity = 0.0

    def post(self, target: str, headers: Mapping[str, Any], body: bytes, deadline: Deadline) -> Response:
        named = {name.lower(): _text(value) for name, value in headers.items()}
        operation = named["x-amz-target"].rpartition(".")[2]
        self.operations.append(operation)
        if "amz-sdk-invocation-id" in named:
            self.by_botocore.append(operation)
        body = json.dumps(json.loads(body) | {"ReturnConsumedCapacity": "TOTAL"}).encode()
        response = super().post(target, named | {"content-length": str(len(body))}, body, deadline)
        self.count(json.loads(response.body))
        return response

    def count(self, response: dict[str, Any]) -> None:
        """Add what one response says of its costs."""
        self.items_read += response.get("ScannedCount", 0)
        consumed = response.get("ConsumedCapacity", {})
        for one in consumed if isinstance(consumed, list) else [consumed]:
            self.capacity += one.get("CapacityUnits", 0.0)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
