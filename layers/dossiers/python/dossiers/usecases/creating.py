"""Creating a dossier: exactly once, all or nothing.

One transaction decides whether the identifier is free and whether the Idempotency-Key was used, and writes everything.
So there is no moment at which a crash could leave half a dossier.

The grant is read before and is not part of the transaction: two transactions that name the same item at the same time
cancel each other, so a user's own creates would. No two creates of different dossiers share an item.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from dossiers.domain.content import Content
from dossiers.domain.errors import Invalid, Keyword, Taken, refuse
from dossiers.storage import items, stored_dossier
from dossiers.storage.items import Item, Put
from dossiers.storage.table import Cancelled, Table
from dossiers.usecases import conflicts
from dossiers.usecases.access import Grant

KEY_LIFETIME = timedelta(hours=24)
"""How long the same request under an Idempotency-Key gets the same response."""


@dataclass(frozen=True)
class IdempotencyKey:
    """A key that the client generated for a create. `digest`: the same for the same request."""

    key: str
    digest: str


@dataclass(frozen=True)
class Created:
    """The dossier's id. `replayed`: it was created before, by the same request under the same Idempotency-Key."""

    id: str
    replayed: bool = False


def create(
    table: Table,
    grant: Grant,
    content: Content,
    idempotency_key: IdempotencyKey | None = None,
    *,
    dossier_id: str | None = None,
) -> Created:
    """Create a dossier in the granted group. `dossier_id`: its id, by default a new one.

    A dossier of the group that has the `dossier_id` already stays as it is.

    Raises Invalid (with Taken) or TryAgain. Nothing is written then, with one exception: after TryAgain it may have
    been, if DynamoDB's response was lost. The same request sent again finds it by its Idempotency-Key or external
    identifier.
    """
    refuse(content.problems())
    now, token = datetime.now(UTC), str(uuid4())
    dossier_id = dossier_id or token
    puts, holder = stored_dossier.create(grant.group, dossier_id, content, created_at=now, created_by=grant.user)
    record = None if idempotency_key is None else _record(grant, idempotency_key, dossier_id, now)
    everything = puts if record is None else [*puts, record]

    def attempt() -> Created:
        try:
            table.write(everything, token=token)
        except Cancelled as cancelled:
            found = cancelled.failed_conditions
            if puts[0].key in found:  # written by an attempt whose response was lost, or before
                return Created(dossier_id)
            if record is not None and record.key in found:
                return _replay(found[record.key], record)
            if holder is not None and holder.key in found and cancelled.cause is None:
                raise Taken(str(found[holder.key]["dossier_id"])) from cancelled
            raise
        return Created(dossier_id)

    return conflicts.retry(table, attempt)


def _record(grant: Grant, idempotency_key: IdempotencyKey, dossier_id: str, now: datetime) -> Put:
    """Remembers the dossier that was created under an Idempotency-Key."""
    return items.idempotency(
        items.idempotency_key(grant.group, grant.user, idempotency_key.key),
        dossier_id,
        request_hash=idempotency_key.digest,
        now=int(now.timestamp()),
        expires_at=int((now + KEY_LIFETIME).timestamp()),
    )


def _replay(stored: Item, record: Put) -> Created:
    if stored["request_hash"] != record.item["request_hash"]:
        raise Invalid([("idempotency_key", Keyword.REUSED)])
    return Created(str(stored["dossier_id"]), replayed=True)
