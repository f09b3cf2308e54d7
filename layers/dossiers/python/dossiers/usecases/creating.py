"""Creating a dossier: exactly once, all or nothing.

One transaction decides whether the identifier is free and whether the Idempotency-Key was used, and writes everything.
So there is no moment at which a crash could leave half a dossier.

The grant is read before and is not part of the transaction: two transactions that name the same item at the same time
cancel each other, so a user's own creates would. No two creates of different dossiers share an item.
"""

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from dossiers.domain import rows
from dossiers.domain.errors import BASE, Cause, Invalid, Keyword, TryAgain
from dossiers.domain.person import NewDossier
from dossiers.storage import items
from dossiers.storage.items import Item, Put
from dossiers.storage.table import Cancelled, Table
from dossiers.usecases.access import Grant

REMEMBERED = timedelta(hours=24)
"""How long the same request under an Idempotency-Key gets the same response."""

# A conflict is with a create of the same identifier or key, and over within milliseconds. All waits together: 3 s at
# the most.
_WAITS = (0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 0.87, 0.87)


@dataclass(frozen=True)
class IdempotencyKey:
    """A key that the caller made up for a create. `digest`: the same for the same request."""

    key: str
    digest: str


@dataclass(frozen=True)
class Created:
    """The dossier's id. `replayed`: it was created before, by the same request under the same Idempotency-Key."""

    id: str
    replayed: bool = False


def create(table: Table, grant: Grant, new: NewDossier, idempotency_key: IdempotencyKey | None = None) -> Created:
    """Create a dossier in the granted group.

    Raises Invalid or TryAgain. Nothing is written then, with one exception: after TryAgain it may have been, if
    DynamoDB's response was lost. The same request sent again finds it by its Idempotency-Key or external identifier.
    """
    if new.is_blank:
        raise Invalid([(BASE, Keyword.BLANK)])
    now, dossier_id = datetime.now(UTC), str(uuid4())
    fields, words, identifier = new.person.fields, new.person.words, new.dossier.external_identifier
    row = rows.row(dossier_id, fields)
    dossier = items.dossier(grant.group, dossier_id, row, identifier, created_at=now, created_by=grant.user)
    holder = record = None
    if identifier is not None:
        holder = items.identifier(grant.group, identifier, dossier_id)
    if idempotency_key is not None:
        record = items.idempotency(
            items.idempotency_key(grant.group, grant.user, idempotency_key.key),
            dossier_id,
            request_hash=idempotency_key.digest,
            now=int(now.timestamp()),
            expires_at=int((now + REMEMBERED).timestamp()),
        )
    others = [items.person(dossier_id, fields, words), *items.names_of(grant.group, words, dossier_id, row)]
    return _write(table, dossier_id, _Puts(dossier, holder, record, others))


@dataclass(frozen=True)
class _Puts:
    """What a create writes. `holder`: makes the identifier unique; `record`: remembers the Idempotency-Key."""

    dossier: Put
    holder: Put | None
    record: Put | None
    others: list[Put]


def _write(table: Table, dossier_id: str, puts: _Puts) -> Created:
    dossier, holder, record = puts.dossier, puts.holder, puts.record
    everything = [dossier, *(put for put in (holder, record) if put is not None), *puts.others]
    for wait in (*_WAITS, None):
        try:
            table.write(everything, token=dossier_id)
        except Cancelled as cancelled:
            found = cancelled.failed_conditions
            if dossier.key in found:  # our own: written by an attempt whose response was lost
                break
            if record is not None and record.key in found:
                return _replay(found[record.key], record)
            if holder is not None and holder.key in found and cancelled.cause is None:
                raise Invalid([("external_identifier", Keyword.TAKEN)]) from cancelled
            if wait is None or table.deadline.remaining < wait:
                raise TryAgain(cancelled.cause or Cause.CONFLICT) from cancelled
            time.sleep(random.uniform(0, wait))  # noqa: S311 - spreads the attempts, keeps no secret
        else:
            break
    return Created(dossier_id)


def _replay(stored: Item, record: Put) -> Created:
    if stored["request_hash"] != record.item["request_hash"]:
        raise Invalid([("idempotency_key", Keyword.REUSED)])
    return Created(str(stored["dossier_id"]), replayed=True)
