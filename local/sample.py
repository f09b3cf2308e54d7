"""Loads the sample data: each dossier exactly once, however often the loading is interrupted and begun again."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from dossiers.domain import person, rows
from dossiers.domain.criteria import ListCriteria
from dossiers.domain.errors import Invalid, Keyword
from dossiers.storage.table import Table
from dossiers.usecases import access, creating, listing
from dossiers.usecases.access import Grant
from dossiers.usecases.creating import IdempotencyKey
from local.people import Sample, samples

USERS = {"anna": ("noord", "oost"), "bram": ("oost", "zuid")}
"""Who is granted what when the data are there."""

EXAMPLE_USER, EXAMPLE_GROUP, EXAMPLE_NAME = "anna", "noord", "jan+jansen"
USERS_IN_WORDS = "; ".join(f"{user} sees the groups {' and '.join(groups)}" for user, groups in USERS.items())

_LOADER = "sample-data"
# A grant like another, of a group that nobody uses: as durable as the data, and gone when they are.
_COMPLETE = "sample-data-is-complete"
_AT_ONCE = 8


def load(table: Table, *, say: Callable[[str], None] = lambda _: None) -> None:
    """Create the sample data and grant them to the USERS, unless that was finished before.

    `say` is called with one line when there is something to load. Raises DossiersError when DynamoDB fails.
    """
    if _COMPLETE in {grant.group for grant in access.grants(table, _LOADER)}:
        return
    say("Loading the sample data, this once")
    _create(table)
    for user, groups in USERS.items():
        access.grant(table, user, groups, by=_LOADER)
    access.grant(table, _LOADER, [_COMPLETE], by=_LOADER)


def _create(table: Table) -> None:
    with ThreadPoolExecutor(_AT_ONCE, "sample") as pool:
        created = [pool.submit(create, table, sample) for sample in samples()]
        try:
            for future in created:
                future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def create(table: Table, sample: Sample) -> None:
    """Create it unless it is there.

    One with an identifier cannot be there twice. Of one without, the Idempotency-Key stops a second for a day; after
    that day it is found by its name and year of birth.
    """
    grant = Grant(_LOADER, sample.group)
    if sample.external_identifier is None and _is_there(table, grant, sample):
        return
    new = person.parse(sample.document, now=datetime.now(UTC))
    try:
        creating.create(table, grant, new, IdempotencyKey(sample.key, digest=sample.key))
    except Invalid as exc:
        if exc.problems != {"external_identifier": (Keyword.TAKEN,)}:
            raise


def _is_there(table: Table, grant: Grant, sample: Sample) -> bool:
    fields = {name: value for name, value in sample.document["person"].items() if value is not None}
    words = sorted(person.words(fields))
    page = listing.dossiers(table, [grant], ListCriteria(words))
    _, *wanted = json.loads(rows.row("", fields))
    return any(row[1:] == wanted for row in json.loads(page.body)["rows"])
