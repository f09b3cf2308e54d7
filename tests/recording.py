"""Records the requests of a table to DynamoDB: their operations, the items they read, and their capacity."""

import json
from collections.abc import Mapping
from typing import Any

from dossiers.domain.deadline import Deadline
from dossiers.storage.exchange import Response
from dossiers.storage.transport import Transport


class Recording(Transport):
    """A transport that records all operations, retries included, since it was created or since `clear()`.

    It adds `ReturnConsumedCapacity` to each request. DynamoDB Local does not check the signature, which this breaks.
    """

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint)
        self.clear()

    def clear(self) -> None:
        self.operations: list[str] = []
        self.by_botocore: list[str] = []
        """The operations that botocore has sent."""
        self.items_read = 0
        self.capacity = 0.0

    def post(self, target: str, headers: Mapping[str, Any], body: bytes, deadline: Deadline) -> Response:
        lower_case = {name.lower(): _text(value) for name, value in headers.items()}
        operation = lower_case["x-amz-target"].rpartition(".")[2]
        self.operations.append(operation)
        if "amz-sdk-invocation-id" in lower_case:
            self.by_botocore.append(operation)
        body = json.dumps(json.loads(body) | {"ReturnConsumedCapacity": "TOTAL"}).encode()
        response = super().post(target, lower_case | {"content-length": str(len(body))}, body, deadline)
        self.count(json.loads(response.body))
        return response

    def count(self, response: dict[str, Any]) -> None:
        """Add the items read and the capacity of one response."""
        self.items_read += response.get("ScannedCount", 0)
        consumed = response.get("ConsumedCapacity", {})
        for one in consumed if isinstance(consumed, list) else [consumed]:
            self.capacity += one.get("CapacityUnits", 0.0)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
