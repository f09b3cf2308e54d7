"""Deleting a dossier: everything of it in one transaction, conditioned on the version that was read."""

from uuid import uuid4

from dossiers.storage import stored_dossier
from dossiers.storage.table import Table
from dossiers.usecases import conflicts
from dossiers.usecases.access import Grant
from dossiers.usecases.reading import Reading, check_version


def delete(table: Table, grant: Grant, reading: Reading, *, expected_version: int | None = None) -> None:
    """Delete the dossier that is being read. Raises DossierNotFound, Stale or TryAgain."""
    readings = reading.results(grant)

    def attempt() -> None:
        stored = next(readings)
        check_version(stored, expected_version)
        table.write(stored_dossier.delete(stored), token=str(uuid4()))

    conflicts.retry(table, attempt)
