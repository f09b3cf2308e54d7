"""Searching the dossier that has an external identifier.

The GSI is the entry point. It may lag behind the table, so the dossier itself decides whether it has the identifier. If
it does not, or the GSI returns none, the identifier item decides.
"""

from concurrent.futures import Future
from dataclasses import dataclass

from dossiers.domain import text
from dossiers.domain.pages import Page
from dossiers.domain.text import is_group_id
from dossiers.storage import items, readers
from dossiers.storage.table import Table
from dossiers.usecases.access import Grant


@dataclass(frozen=True)
class IdentifierSearch:
    """A search whose query of the GSI is under way."""

    table: Table
    group: str
    external_identifier: str
    dossier_id: Future[str | None]

    def page(self, grant: Grant) -> Page:
        """A page of the one dossier, or of none. Nothing is returned without the grant."""
        row = self._row() if grant.group == self.group else None
        return Page([], 0) if row is None else Page([row], 1)

    def _row(self) -> str | None:
        if not text.is_storable(self.external_identifier):
            return None
        dossier_id = self.dossier_id.result()
        if dossier_id is not None and (row := self._row_of(dossier_id)) is not None:
            return row
        holder = self.table.get(items.identifier_key(self.group, self.external_identifier))
        return None if holder is None else self._row_of(str(holder["dossier_id"]))

    def _row_of(self, dossier_id: str) -> str | None:
        """The row of the dossier, if it has the identifier."""
        dossier = self.table.get(items.dossier_key(self.group, dossier_id))
        if dossier is None or dossier.get("external_identifier") != self.external_identifier:
            return None
        return str(dossier["row"])


def start(table: Table, group: str, external_identifier: str) -> IdentifierSearch:
    """Start to query the GSI, in parallel with what this thread reads next: the grant."""
    if is_group_id(group) and text.is_storable(external_identifier):
        dossier_id = readers.submit(table.dossier_id_by_external_identifier, group, external_identifier)
    else:
        dossier_id = readers.future_of(None)
    return IdentifierSearch(table, group, external_identifier, dossier_id)
