"""Updating a dossier: a patch is applied to what is stored, and everything is written in one transaction.

The transaction is conditioned on the version that was read. When another update was faster, the dossier is read again
and the patch is applied again: no update reverts a field that only another one has set.

A search that runs meanwhile finds the dossier once, with its old or its new row. One exception: a dossier whose name
items move from one key range to another, both of which a search reads, can be missed by a search that reads them at
that moment. Requests that are sent after the response always find it.
"""

from datetime import UTC, datetime
from uuid import uuid4

from dossiers.domain.errors import Taken, refuse
from dossiers.domain.person import DossierDocument
from dossiers.storage import items, stored_dossier
from dossiers.storage.stored_dossier import StoredDossier
from dossiers.storage.table import Cancelled, Table
from dossiers.usecases import conflicts
from dossiers.usecases.access import Grant
from dossiers.usecases.reading import Reading, check_version


def update(
    table: Table, grant: Grant, reading: Reading, patch: DossierDocument, *, expected_version: int | None = None
) -> StoredDossier:
    """Apply the patch to the dossier that is being read, and return the dossier after it.

    A patch that changes nothing writes nothing. Raises DossierNotFound, Stale, Invalid (with Taken) or TryAgain.
    Nothing is written then, except that it may have been after TryAgain: the same patch can be sent again.
    """
    readings = reading.results(grant)

    def attempt() -> StoredDossier:
        stored = next(readings)
        check_version(stored, expected_version)
        content = patch.merge(stored.content)
        if content == stored.content:
            return stored
        refuse(content.problems())
        updated, writes = stored_dossier.update(stored, content, updated_at=datetime.now(UTC), updated_by=grant.user)
        try:
            table.write(writes, token=str(uuid4()))
        except Cancelled as cancelled:
            if content.external_identifier is not None:
                _raise_if_taken(cancelled, updated, content.external_identifier)
            raise
        return updated

    return conflicts.retry(table, attempt)


def _raise_if_taken(cancelled: Cancelled, updated: StoredDossier, external_identifier: str) -> None:
    """Raise Taken if the transaction was cancelled only because another dossier has the identifier."""
    holder = cancelled.failed_conditions.get(items.identifier_key(updated.group, external_identifier))
    is_only_reason = len(cancelled.failed_conditions) == 1 and cancelled.cause is None
    if holder is not None and is_only_reason and holder["dossier_id"] != updated.id:
        raise Taken(str(holder["dossier_id"])) from cancelled
