"""Loads the sample data. Each dossier is created exactly once, even if a load is interrupted and started again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from dossiers.domain import person
from dossiers.domain.errors import Taken
from dossiers.storage.table import Table
from dossiers.usecases import access, creating
from dossiers.usecases.access import Grant
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
    grant_users(table)
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
    """Create the dossier unless the group has a dossier with its id or its external identifier."""
    content = person.parse(sample.document, now=datetime.now(UTC)).content
    with contextlib.suppress(Taken):
        creating.create(table, Grant(_LOADER, sample.group), content, dossier_id=sample.id)


def grant_users(table: Table) -> None:
    """Grant the USERS their groups, each in its role."""
    for user, roles in USERS.items():
        for group, role in roles.items():
            access.grant(table, user, [group], by=_LOADER, role=role)
