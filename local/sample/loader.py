"""Loads the sample data. Each dossier is created exactly once, even if a load is interrupted and started again."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from dossiers.domain import person, rows
from dossiers.domain.content import Content
from dossiers.domain.criteria import ListCriteria
from dossiers.domain.errors import Taken
from dossiers.storage.table import Table
from dossiers.usecases import access, creating, listing
from dossiers.usecases.access import Grant
from dossiers.usecases.creating import IdempotencyKey
from local.sample.people import Sample, samples
from local.sample.users import USERS

_LOADER = "sample-data"
# A completed load is recorded as a grant of this group, so that the record is deleted together with the data.
_COMPLETE = "sample-data-is-complete"
_THREADS = 8


def load(table: Table, people: Sequence[Sample] | None = None, *, say: Callable[[str], None] = lambda _: None) -> None:
    """Create the dossiers of `people`, by default all sample data, and grant their groups to the USERS.

    Does nothing when an earlier load was completed. Otherwise calls `say` with a progress message first. Raises
    DossiersError or DatabaseError when DynamoDB fails.
    """
    if _COMPLETE in {grant.group for grant in access.grants(table, _LOADER)}:
        return
    people = list(samples()) if people is None else people
    say(f"Loading the sample data, {len(people)} made-up dossiers: about 5 seconds, the first time only")
    _create_all(table, people)
    for user, roles in USERS.items():
        for group, role in roles.items():
            access.grant(table, user, [group], by=_LOADER, role=role)
    access.grant(table, _LOADER, [_COMPLETE], by=_LOADER)


def _create_all(table: Table, people: Sequence[Sample]) -> None:
    with ThreadPoolExecutor(_THREADS, "sample") as pool:
        try:
            for created in [pool.submit(create, table, sample) for sample in people]:
                created.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def create(table: Table, sample: Sample) -> None:
    """Create the dossier unless it exists.

    The external identifier prevents a second dossier. Without an identifier, the Idempotency-Key prevents it for a day.
    After that day, a search by name and a comparison of the year of birth prevent it.
    """
    grant = Grant(_LOADER, sample.group)
    if sample.external_identifier is None and _exists(table, grant, sample):
        return
    content = person.parse(sample.document, now=datetime.now(UTC)).content
    with contextlib.suppress(Taken):
        creating.create(table, grant, content, IdempotencyKey(sample.key, digest=sample.key))


def _exists(table: Table, grant: Grant, sample: Sample) -> bool:
    content = Content(None, {name: value for name, value in sample.document["person"].items() if value is not None})
    page = listing.dossiers(table, [grant], ListCriteria([sorted(content.index_words)]))
    _, *row = json.loads(rows.row("", content.person))
    return any(other[1:] == row for other in json.loads(page.body)["rows"])
