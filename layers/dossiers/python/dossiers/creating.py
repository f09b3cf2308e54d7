"""Creating a dossier: exactly once, all or nothing.

One transaction decides whether the identifier is free, whether the Idempotency-Key was used, and writes everything;
so there is no moment at which a crash could leave half a dossier, and no mark that could be lost between the write
and the marking.

The grant is read before and is not part of it: two transactions that name the same item at the same time cancel each
other, so a user's own creates would. No two creates of different dossiers share an item.
"""

import random
import re
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import uuid4

from dossiers import access, items, json_object, parameters, person
from dossiers.errors import BASE, Cause, Invalid, Keyword, Problem, TryAgain, refuse
from dossiers.items import Put
from dossiers.table import Cancelled, Table

REMEMBERED = timedelta(hours=24)
"""How long an Idempotency-Key answers the same."""

# A conflict is with a create of the same identifier or key, and over within milliseconds. All waits together: 3 s at
# the most.
_WAITS = (0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 0.87, 0.87)

# Visible ASCII without the comma: API Gateway joins a header that is sent twice with a comma, and the retry that sends
# it once would have another key.
_IDEMPOTENCY_KEY = re.compile(r"[!-+\--~]{1,255}")

_EAST_OF_EVERYTHING = timedelta(hours=14)
"""Where it is already tomorrow for most of the day: UTC+14, the Line Islands."""


class Created(NamedTuple):
    """The dossier's id. `replayed`: it was created before, by the same request under the same Idempotency-Key."""

    id: str
    replayed: bool = False


def create(
    table: Table, *, user: str, group: str, body: bytes, query: str = "", idempotency_key: str | None = None
) -> Created:
    """Create the dossier that the body describes.

    Raises GroupNotFound, InvalidJson, Invalid (looked at in this order) or TryAgain. Nothing is written then, with
    one exception: after TryAgain it may have been, if DynamoDB's answer was lost; the same request sent again finds
    it by its Idempotency-Key or external identifier.
    """
    now = datetime.now(UTC)
    access.require(table, user, group)
    document, problems = json_object.parsed(body)
    new, broken = person.validated(document, today=(now + _EAST_OF_EVERYTHING).date())
    refuse([*problems, *broken, *_key_problems(idempotency_key), *parameters.unknown(query)])
    if new.is_blank:
        raise Invalid([(BASE, Keyword.BLANK)])

    dossier_id = str(uuid4())
    identifier = new.dossier.external_identifier
    row = items.row_of(dossier_id, new.person.fields)
    dossier = items.dossier(group, dossier_id, row, external_identifier=identifier, created_at=now, created_by=user)
    guard = record = None
    if identifier is not None:
        guard = items.identifier(group, identifier, dossier_id)
    if idempotency_key is not None:
        record = items.idempotency(
            items.idempotency_key(group, user, idempotency_key),
            dossier_id,
            request_hash=sha256(json_object.canonical(document)).hexdigest(),
            now=int(now.timestamp()),
            expires_at=int((now + REMEMBERED).timestamp()),
        )
    words = new.person.words
    others = [items.person(dossier_id, new.person.fields, words), *items.name(group, words, dossier_id, row)]
    return _write(table, dossier_id, _Puts(dossier, guard, record, others))


class _Puts(NamedTuple):
    """What a create writes. `guard`: makes the identifier unique; `record`: remembers the Idempotency-Key."""

    dossier: Put
    guard: Put | None
    record: Put | None
    others: list[Put]


def _write(table: Table, dossier_id: str, puts: _Puts) -> Created:
    dossier, guard, record, others = puts
    everything = [dossier, *(put for put in (guard, record) if put is not None), *others]
    for wait in (*_WAITS, None):
        try:
            table.write(everything, token=dossier_id)
        except Cancelled as cancelled:
            there = cancelled.refused
            if dossier.key in there:  # our own: written by an attempt whose answer was lost
                break
            if record is not None and record.key in there:
                return _replayed(there[record.key], record)
            if guard is not None and guard.key in there and cancelled.cause is None:
                raise Invalid([("external_identifier", Keyword.TAKEN)]) from cancelled
            if wait is None or table.deadline.remaining < wait:
                raise TryAgain(cancelled.cause or Cause.CONFLICT) from cancelled
            time.sleep(random.uniform(0, wait))  # noqa: S311 - spreads the attempts, keeps no secret
        else:
            break
    return Created(dossier_id)


def _replayed(answered: dict[str, str], record: Put) -> Created:
    if answered["request_hash"] != record.item["request_hash"]:
        raise Invalid([("idempotency_key", Keyword.REUSED)])
    return Created(answered["dossier_id"], replayed=True)


def _key_problems(idempotency_key: str | None) -> list[Problem]:
    if idempotency_key is None or _IDEMPOTENCY_KEY.fullmatch(idempotency_key):
        return []
    return [("idempotency_key", Keyword.INVALID)]
