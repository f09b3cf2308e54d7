"""Reading one dossier with its person."""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass

from dossiers.domain.errors import Cause, DossierNotFound, Stale, TryAgain
from dossiers.domain.text import is_dossier_id, is_group_id
from dossiers.storage import items, readers
from dossiers.storage.items import Item
from dossiers.storage.stored_dossier import StoredDossier
from dossiers.storage.table import Table
from dossiers.usecases.access import Grant

ATTEMPTS = 10
"""How often a dossier is read when each time an update comes between the reads of its two items."""


@dataclass(frozen=True)
class Reading:
    """Two reads in progress: of a dossier item and of its person item."""

    table: Table
    group: str
    dossier_id: str
    dossier: Future[Item | None]
    person: Future[Item | None]

    def result(self, grant: Grant) -> StoredDossier:
        """The dossier. Nothing of it is returned without the grant. Raises DossierNotFound."""
        if grant.group != self.group:
            raise DossierNotFound
        reading = self
        for attempt in range(ATTEMPTS):
            if attempt > 0:
                reading = start(self.table, self.group, self.dossier_id)
            dossier, person = reading.dossier.result(), reading.person.result()
            if dossier is None:
                raise DossierNotFound
            if person is not None and (stored := StoredDossier(dossier, person)).versions_match:
                return stored
        raise TryAgain(Cause.CONFLICT)

    def results(self, grant: Grant) -> Iterator[StoredDossier]:
        """The dossier, once for each attempt: the first is this reading, and each further one reads again.

        Raises DossierNotFound.
        """
        yield self.result(grant)
        while True:
            yield start(self.table, self.group, self.dossier_id).result(grant)


def start(table: Table, group: str, dossier_id: str) -> Reading:
    """Start to read a dossier, in parallel with what this thread reads next: the grant."""
    if not is_group_id(group) or not is_dossier_id(dossier_id):
        return Reading(table, group, dossier_id, readers.future_of(None), readers.future_of(None))
    dossier = readers.submit(table.get, items.dossier_key(group, dossier_id))
    person = readers.submit(table.get, items.person_key(dossier_id))
    return Reading(table, group, dossier_id, dossier, person)


def check_version(stored: StoredDossier, expected: int | None) -> None:
    """Raise Stale when the dossier has another version than the expected one, if there is one."""
    if expected is not None and stored.version != expected:
        raise Stale
