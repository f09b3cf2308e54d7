"""Records what a table asks of DynamoDB: which operations, how many items they read and write, and what they cost."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any
from unittest.mock import patch

from dossiers.domain.deadline import Deadline
from dossiers.domain.errors import Cause
from dossiers.storage.exchange import BrokenExchange, Response
from dossiers.storage.transport import Receive, Transport

SECONDS = 20
"""How long a response waits for the other requests of its round."""


@dataclass
class Round:
    """Requests that are sent before the first response to one of them. `unsent`: how many of them are still missing."""

    unsent: int
    is_sent: Event = field(default_factory=Event)


class Recording(Transport):
    """A transport that records all operations, retries included, since it was created or since `clear()`.

    It asks DynamoDB Local, which does not check signatures, for the capacity that each request consumes. Requests that
    are sent in parallel are recorded in the order in which they came.
    """

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint)
        self._lock = Lock()
        self._rounds: list[Round] = []
        self.clear()

    def clear(self) -> None:
        self.operations: list[str] = []
        self.by_botocore: list[str] = []
        """Those of the operations that botocore has sent."""
        self.transactions: list[list[dict[str, Any]]] = []
        """The writes of each transaction."""
        self.items_read = 0
        self.read_units = 0.0
        """As DynamoDB charges them: DynamoDB Local charges nothing for a Query that finds nothing."""

    @contextmanager
    def in_rounds(self, *sizes: int) -> Iterator[None]:
        """Prove the round trips of the block: each round is so many requests, which are sent in parallel.

        No request of a round gets a response before all are sent, and the next round begins after that. Fails when a
        request of the block is sent after the last round, or a round does not get its requests.
        """
        self.clear()
        self._rounds = [one for size in sizes for one in [Round(size)] * size]
        try:
            yield
        finally:
            expected, self._rounds = len(self._rounds), []
        assert len(self.operations) == expected, self.operations

    @contextmanager
    def lose_transaction_response(self) -> Iterator[list[Response]]:
        """Lose the response to the first transaction of the block. The list then has the response."""
        self.clear()
        lost: list[Response] = []
        post = self.post

        def lose(*arguments: Any) -> Response:
            response = post(*arguments)
            if self.operations[-1] == "TransactWriteItems" and not lost:
                lost.append(response)
                raise BrokenExchange(Cause.UNREACHABLE)
            return response

        with patch.object(self, "post", lose):
            yield lost

    def send(self, target: str, headers: Mapping[str, Any], body: bytes, deadline: Deadline) -> Receive:
        named = {name.lower(): _text(value) for name, value in headers.items()}
        operation = operation_of(named)
        request = json.loads(body)
        with self._lock:
            in_round = self._rounds[len(self.operations)] if len(self.operations) < len(self._rounds) else None
            self.operations.append(operation)
            if "amz-sdk-invocation-id" in named:
                self.by_botocore.append(operation)
            if operation == "TransactWriteItems":
                self.transactions.append(request["TransactItems"])
        body = json.dumps(request | {"ReturnConsumedCapacity": "TOTAL"}).encode()
        receive = super().send(target, named | {"content-length": str(len(body))}, body, deadline)
        if in_round is not None:
            with self._lock:
                in_round.unsent -= 1
            if in_round.unsent == 0:
                in_round.is_sent.set()

        def receive_and_count() -> Response:
            assert in_round is None or in_round.is_sent.wait(SECONDS), "a request of the round was not sent"
            response = receive()
            returned = json.loads(response.body)
            with self._lock:
                self.items_read += returned.get("ScannedCount", 0)
                if operation != "TransactWriteItems" and "ConsumedCapacity" in returned:
                    least = 1.0 if request.get("ConsistentRead") else 0.5
                    self.read_units += max(least, returned["ConsumedCapacity"]["CapacityUnits"])
            return response

        return receive_and_count


def operation_of(headers: Mapping[str, Any]) -> str:
    """The operation in the headers of a request to DynamoDB, such as `Query`."""
    return _text(headers["x-amz-target"]).rpartition(".")[2]


def _text(value: Any) -> str:
    """A header as text. botocore has some headers as bytes."""
    return value.decode() if isinstance(value, bytes) else str(value)
