"""Loads the sample data: each dossier exactly once, even if the load is interrupted and started again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from dossiers import access, creating, listing
from dossiers.errors import Invalid, Keyword
from dossiers.table import Table
from local.sample.people import GROUPS, Sample, samples
from local.sample.users import USERS

_LOADER = "sample-data"
# A grant of a group that nobody uses: as durable as the data, and deleted with them.
_COMPLETE = "sample-data-is-complete"
_THREADS = 8


def load(table: Table, people: Sequence[Sample] | None = None, *, say: Callable[[str], None] = lambda _: None) -> None:
    """Create the dossiers of `people`, by default all sample data, and grant their groups to the USERS.

    Does nothing after a load that was completed. `say` is called with one line when there is something to load. Raises
    DossiersError when DynamoDB fails.
    """
    if _COMPLETE in access.groups_of(table, _LOADER):
        return
    people = list(samples()) if people is None else people
    say(f"Loading the sample data, {len(people)} made-up dossiers: about 5 seconds, the first time only")
    access.grant(table, _LOADER, GROUPS, by=_LOADER)
    _create_all(table, people)
    for user, groups in USERS.items():
        access.grant(table, user, groups, by=_LOADER)
    access.revoke(table, _LOADER, GROUPS)
    access.grant(table, _LOADER, [_COMPLETE], by=_LOADER)


def _create_all(table: Table, people: Sequence[Sample]) -> None:
    with ThreadPoolExecutor(_THREADS, "sample") as pool:
        try:
            for created in [pool.submit(_create, table, sample) for sample in people]:
                created.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _create(table: Table, sample: Sample) -> None:
    """Create the dossier unless it exists.

    DynamoDB refuses a second dossier with the same identifier. Without an identifier, the Idempotency-Key prevents a
    second dossier for a day. After that day the dossier is found by its name and year of birth.
    """
    if sample.external_identifier is None and _exists(table, sample):
        return
    try:
        creating.create(
            table,
            user=_LOADER,
            group=sample.group,
            body=json.dumps(sample.document).encode(),
            idempotency_key=sample.key,
        )
    except Invalid as exc:
        if exc.problems != {"external_identifier": (Keyword.TAKEN,)}:
            raise


def _exists(table: Table, sample: Sample) -> bool:
    person = sample.document["person"]
    name = " ".join(filter(None, [person["firstname"], person["lastname"]]))
    page = listing.dossiers(table, _LOADER, group=sample.group, query=urlencode({"name": name}))
    year = int(person["birthdate"][:4]) if person["birthdate"] else None
    row = [year, person["gender"], person["firstname"], person["lastname"]]
    return any(other[1:] == row for other in json.loads(page.body)["rows"])
