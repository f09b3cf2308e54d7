"""Loads the sample data: each dossier exactly once, however often the loading is interrupted and begun again."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from dossiers import access, creating, listing
from dossiers.errors import Invalid, Keyword
from dossiers.table import Table
from local.sample.people import GROUPS, Sample, samples

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
    if _COMPLETE in access.groups_of(table, _LOADER):
        return
    say("Loading the sample data, this once")
    access.grant(table, _LOADER, GROUPS, by=_LOADER)
    _create(table)
    for user, groups in USERS.items():
        access.grant(table, user, groups, by=_LOADER)
    access.revoke(table, _LOADER, GROUPS)
    access.grant(table, _LOADER, [_COMPLETE], by=_LOADER)


def _create(table: Table) -> None:
    with ThreadPoolExecutor(_AT_ONCE, "sample") as pool:
        created = [pool.submit(_create_one, table, sample) for sample in samples()]
        try:
            for future in created:
                future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _create_one(table: Table, sample: Sample) -> None:
    """Create it unless it is there.

    One with an identifier cannot be there twice. Of one without, the Idempotency-Key stops a second for a day; after
    that day it is found by its name and year of birth.
    """
    if sample.external_identifier is None and _is_there(table, sample):
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


def _is_there(table: Table, sample: Sample) -> bool:
    person = sample.document["person"]
    name = " ".join(filter(None, [person["firstname"], person["lastname"]]))
    page = listing.dossiers(table, _LOADER, group=sample.group, query=urlencode({"name": name}))
    year = int(person["birthdate"][:4]) if person["birthdate"] else None
    wanted = [year, person["gender"], person["firstname"], person["lastname"]]
    return any(row[1:] == wanted for row in json.loads(page.body)["rows"])
