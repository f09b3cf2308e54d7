"""The operations of DynamoDB that the table needs, whoever carries them out.

Each raises TryAgain for what passes, and DatabaseError for what DynamoDB refuses. `request` holds the operation's
parameters as DynamoDB documents them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dossiers.domain.deadline import Deadline

TypedItem = dict[str, dict[str, Any]]
"""An item or a key as DynamoDB writes it: `{"pk": {"S": "text"}}`."""


@dataclass(frozen=True)
class QueryPage:
    """One text attribute of each item that a Query returned, in key order.

    `last_key`: the key behind which the next page starts, None at the end.
    """

    values: list[str]
    last_key: TypedItem | None = None


@dataclass(frozen=True)
class ItemsPage:
    """The items that a Query or Scan returned: none when the request selects their count only. `count`: how many
    matched.

    `last_key`: the key behind which the next page starts, None at the end.
    """

    items: list[TypedItem]
    count: int
    last_key: TypedItem | None = None


class Reads(Protocol):
    """Operations that read. They can be repeated."""

    def get_item(self, request: dict[str, Any], deadline: Deadline) -> TypedItem | None:
        """The item, or None when there is none."""
        ...

    def query(self, requests: Sequence[dict[str, Any]], attribute: str, deadline: Deadline) -> list[QueryPage]:
        """A page for each request, in their order. All are made at the same time.

        Each request projects `attribute` and nothing else.
        """
        ...

    def query_items(self, request: dict[str, Any], deadline: Deadline) -> ItemsPage:
        """A page of whole items, or of the attributes that the request projects."""
        ...

    def scan(self, request: dict[str, Any], deadline: Deadline) -> ItemsPage:
        """A page of the whole table. No function uses it: roles and botocore's data on Lambda have no Scan."""
        ...

    def close(self) -> None:
        """Close all connections; the next request opens a new one."""
        ...


class Writes(Protocol):
    """Operations that write."""

    def transact_write_items(self, request: dict[str, Any], deadline: Deadline) -> None:
        """Write all items of a transaction or none. Raises TransactionCancelled too."""
        ...


class TransactionCancelled(Exception):
    """DynamoDB wrote nothing of a transaction. `reasons`: its CancellationReasons, one for each item."""

    def __init__(self, reasons: list[Any]) -> None:
        super().__init__(", ".join(str(reason["Code"]) for reason in reasons))
        self.reasons = reasons
