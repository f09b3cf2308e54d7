"""Checks of a dossier's life: what is created or updated is found by id, identifier and name, what is deleted is not.

The checks make requests of their own, whose responses the document has to describe too.
"""

from typing import Any

from dossiers.api.list_criteria import MAX_BYTES
from dossiers.domain import names
from dossiers.domain.content import PERSON_FIELDS
from tests.api import Api
from tests.fuzz.sent import Sent, trim

Document = dict[str, dict[str, Any]]
"""The sections `dossier` and `person` of a dossier, with all fields."""


class Life:
    """The checks, with the dossiers as they were before the requests under way."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._before: dict[str, Document] = {}
        self._existing: dict[str, list[str]] = {}
        self._seen: set[str] = set()

    def one_of(self, group: str, dossier_id: str) -> str:
        """The dossier itself if it exists or existed, else one that exists in the group, created if necessary."""
        if dossier_id in self._seen:
            return dossier_id
        existing = self._existing.setdefault(group, [])
        if not existing:
            self._add(group, self._api.create_dossier(group=group))
        return existing[-1]

    def etag(self, group: str, dossier_id: str) -> str | None:
        """The ETag of a dossier, None if it does not exist."""
        return self._api.show(dossier_id, group=group).headers.get("etag")

    def remember(self, case: str, dossier_id: str, group: str) -> None:
        """Call before a request that may change or delete a dossier. `case`: any id of the request."""
        response = self._api.show(dossier_id, group=group)
        if response.status == 200:
            self._before[case] = _document(response.json)

    def check_create(self, sent: Sent, dossier_id: str) -> None:
        """Check a dossier that a request has created."""
        nothing: Document = {"dossier": {"external_identifier": None}, "person": dict.fromkeys(PERSON_FIELDS)}
        expected = merge(nothing, sent.body)
        self._add(sent.group, dossier_id)
        shown = self._api.show_dossier(dossier_id, group=sent.group)
        assert _document(shown) == expected, f"the dossier is shown as {shown}"
        self._check_found(sent.group, dossier_id, expected)

    def check_update(self, case: str, sent: Sent, returned: dict[str, Any]) -> None:
        """Check a dossier that a request has updated."""
        before = self._before.pop(case)
        expected = merge(before, sent.body)
        assert _document(returned) == expected, f"the dossier was {before}"
        shown = self._api.show_dossier(sent.dossier_id, group=sent.group)
        assert shown == returned, f"the dossier is shown as {shown}"
        self._check_found(sent.group, sent.dossier_id, expected)
        old, new = (document["dossier"]["external_identifier"] for document in (before, expected))
        if old is not None and old != new:
            self._check_free(sent.group, old)

    def check_delete(self, case: str, sent: Sent) -> None:
        """Check a dossier that a request has deleted."""
        before = self._before.pop(case)
        self._existing[sent.group] = [found for found in self._existing.get(sent.group, []) if found != sent.dossier_id]
        assert self._api.show(sent.dossier_id, group=sent.group).status == 404
        identifier, name = before["dossier"]["external_identifier"], _name(before)
        if identifier is not None:
            self._check_free(sent.group, identifier)
        if name is not None:
            assert sent.dossier_id not in self._by_name(sent.group, name), "the name still finds the dossier"
        assert sent.dossier_id not in self._api.all_ids(self._api.search(sent.group)), "the dossier is still listed"

    def _add(self, group: str, dossier_id: str) -> None:
        self._existing.setdefault(group, []).append(dossier_id)
        self._seen.add(dossier_id)

    def _check_found(self, group: str, dossier_id: str, document: Document) -> None:
        identifier, name = document["dossier"]["external_identifier"], _name(document)
        if identifier is not None:
            assert self._by_identifier(group, identifier) == [dossier_id], "the identifier does not find the dossier"
        if name is not None:
            assert dossier_id in self._by_name(group, name), "the name does not find the dossier"
        assert dossier_id in self._api.all_ids(self._api.search(group)), "the dossier is not listed"

    def _check_free(self, group: str, identifier: str) -> None:
        assert self._by_identifier(group, identifier) == [], "the identifier still finds a dossier"
        dossier_id = self._api.create_dossier(group=group, external_identifier=identifier)  # fails if it is taken
        self._api.delete_dossier(dossier_id, group=group)

    def _by_identifier(self, group: str, identifier: str) -> list[str]:
        return self._api.post_search({"external_identifier": identifier}, group=group).ids

    def _by_name(self, group: str, name: str) -> list[str]:
        filters = {"name": name}
        return self._api.all_ids(self._api.post_search(filters, group=group), filters)


def merge(document: Document, patch: dict[str, Any]) -> Document:
    """The document after a JSON Merge Patch (RFC 7396) whose texts are trimmed."""
    return {
        section: fields | {name: trim(value) for name, value in (patch.get(section) or {}).items()}
        for section, fields in document.items()
    }


def _document(dossier: dict[str, Any]) -> Document:
    return {section: dossier[section] for section in ("dossier", "person")}


def _name(document: Document) -> str | None:
    """The first and last name, None if there is nothing to search for in them, or too much."""
    name = " ".join(filter(None, (document["person"]["firstname"], document["person"]["lastname"])))
    return name if names.words(name) and len(name.encode()) <= MAX_BYTES else None
