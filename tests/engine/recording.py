"""Records what a table asks of DynamoDB: which operations, how many items they read and what they cost."""

from dataclasses import dataclass, field
from typing import Any

from dossiers.table import Table


@dataclass
class Recording:
    """The operations since this was made, or since `clear()`; retries of botocore included."""

    table: Table
    operations: list[str] = field(default_factory=list)
    items_read: int = 0
    capacity: float = 0.0

    def __post_init__(self) -> None:
        events = self.table._client.meta.events
        events.register("before-parameter-build.dynamodb", self._ask_for_capacity)
        events.register("before-send.dynamodb", self._sent)
        events.register("after-call.dynamodb", self._answered)

    def clear(self) -> None:
        self.operations.clear()
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
