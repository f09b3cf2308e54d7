"""Records what a table asks of DynamoDB: which operations, how many items they read and what they cost."""

import json
from dataclasses import dataclass, field
from typing import Any

from dossiers.direct import DirectReads
from dossiers.table import Table


@dataclass
class Recording:
    """The operations since this was made, or since `clear()`; retries of botocore included.

    It listens where botocore sends, and where a read takes the short way past it (dossiers/direct.py).
    """

    table: Table
    operations: list[str] = field(default_factory=list)
    short: list[str] = field(default_factory=list)
    """Those of the operations that were answered the short way."""
    items_read: int = 0
    capacity: float = 0.0

    def __post_init__(self) -> None:
        events = self.table._client.meta.events
        events.register("before-parameter-build.dynamodb", self._ask_for_capacity)
        events.register("before-send.dynamodb", self._sent)
        events.register("after-call.dynamodb", self._answered)
        setattr(self.table._direct, "send", self._sent_short)  # noqa: B010 - mypy forbids the plain assignment

    def clear(self) -> None:
        self.operations.clear()
        self.short.clear()
        self.items_read, self.capacity = 0, 0.0

    def _ask_for_capacity(self, params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def _sent(self, request: Any, **_: Any) -> None:
        self.operations.append(request.headers["X-Amz-Target"].decode().rpartition(".")[2])

    def _answered(self, parsed: dict[str, Any], **_: Any) -> None:
        self.items_read += parsed.get("ScannedCount", 0)
        consumed = parsed.get("ConsumedCapacity", {})
        for one in consumed if isinstance(consumed, list) else [consumed]:
            self.capacity += one.get("CapacityUnits", 0.0)

    def _sent_short(self, operation: str, body: bytes) -> bytes | None:
        request = json.loads(body)
        self._ask_for_capacity(request)
        answer = DirectReads.send(self.table._direct, operation, json.dumps(request).encode())
        if answer is not None:
            self.operations.append(operation)
            self.short.append(operation)
            self._answered(json.loads(answer))
        return answer
