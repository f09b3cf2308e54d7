"""A dossier as it is stored, and every transaction that writes one: at most 100 items each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import cast

from dossiers.domain import rows
from dossiers.domain.content import Content
from dossiers.storage import items
from dossiers.storage.items import ABSENT, Condition, Delete, Item, Key, Put, Write


@dataclass(frozen=True)
class StoredDossier:
    """The items of a dossier and its person, as they were read."""

    item: Item
    person_item: Item

    @property
    def group(self) -> str:
        """The dossier group."""
        return items.parse_dossier_key(self.key)[0]

    @property
    def id(self) -> str:
        """The id of the dossier."""
        return items.parse_dossier_key(self.key)[1]

    @property
    def key(self) -> Key:
        """The key of the dossier's own item."""
        return items.key_of(self.item)

    @property
    def version(self) -> int:
        """1 for a new dossier. Each update that changes something increments it."""
        return cast("int", self.item.get("version", items.FIRST_VERSION))

    @property
    def versions_match(self) -> bool:
        """Whether the two items have the same version: no update came between their reads."""
        return self.version == self.person_item.get("version", items.FIRST_VERSION)

    @property
    def has_version(self) -> bool:
        """Whether the dossier was written since dossiers have versions and name items have birthdates."""
        return "version" in self.item

    @property
    def created_at(self) -> str:
        """A moment in UTC: `2026-11-24T04:05:21.123+00:00`."""
        return str(self.item["created_at"])

    @property
    def updated_at(self) -> str:
        """When the dossier was updated last, or created; in the form of `created_at`."""
        return str(self.item.get("updated_at", self.created_at))

    @cached_property
    def content(self) -> Content:
        """What the dossier holds."""
        identifier = self.item.get("external_identifier")
        person = cast("Mapping[str, str]", self.person_item["person"])
        return Content(None if identifier is None else str(identifier), person)

    @property
    def index_keys(self) -> frozenset[str]:
        """The pairs of words under which the name is indexed."""
        return cast("frozenset[str]", self.person_item.get("index_keys", frozenset()))

    def is_same_dossier(self) -> Condition:
        """The condition that the dossier still has the version that was read, or still has none."""
        if not self.has_version:
            return Condition("attribute_exists(pk) AND attribute_not_exists(version)")
        return Condition("version = :version", {":version": self.version})

    def is_same_index(self) -> Condition:
        """The condition that the person still has the `index_keys` that were read: they name every name item.

        Reindexing changes them without a new version.
        """
        if not self.index_keys:
            return Condition("attribute_exists(pk) AND attribute_not_exists(index_keys)")
        return Condition("index_keys = :index_keys", {":index_keys": self.index_keys})


def create(
    group: str, dossier_id: str, content: Content, *, created_at: datetime, created_by: str
) -> tuple[list[Put], Put | None]:
    """The writes of a new dossier, its own item first, and the one of them that makes its identifier unique, if any."""
    row = rows.row(dossier_id, content.person)
    dossier = items.dossier(
        group, dossier_id, row, content.external_identifier, created_at=created_at, created_by=created_by
    )
    holder = None
    if content.external_identifier is not None:
        holder = items.identifier(group, content.external_identifier, dossier_id)
    others = [items.person(dossier_id, content, items.FIRST_VERSION), *items.names_of(group, content, dossier_id, row)]
    puts = [Put(dossier, ABSENT), *([] if holder is None else [holder]), *(Put(item, ABSENT) for item in others)]
    return puts, holder


def update(
    stored: StoredDossier, content: Content, *, updated_at: datetime, updated_by: str
) -> tuple[StoredDossier, list[Write]]:
    """The dossier with this content and the next version, and the writes that make it so."""
    row = rows.row(stored.id, content.person)
    dossier, person = _put_both(
        stored,
        content,
        version=stored.version + 1,
        row=row,
        updated_at=items.format_moment(updated_at),
        updated_by=updated_by,
    )
    writes: list[Write] = [dossier, person]
    if _has_other_names(stored, content, row):
        writes += _replace_names(stored, content, row)
    old, new = stored.content.external_identifier, content.external_identifier
    if old != new and old is not None:
        writes.append(Delete(items.identifier_key(stored.group, old)))
    if old != new and new is not None:
        writes.append(items.identifier(stored.group, new, stored.id))
    return StoredDossier(dossier.item, person.item), writes


def is_indexed(stored: StoredDossier) -> bool:
    """Whether the row and the name items are those that this version of the service derives from the content."""
    return not _has_other_names(stored, stored.content, rows.row(stored.id, stored.content.person))


def reindex(stored: StoredDossier) -> list[Write]:
    """The writes that derive the row and the name items of a dossier again. The version stays."""
    content = stored.content
    row = rows.row(stored.id, content.person)
    puts = _put_both(stored, content, version=stored.version, row=row)
    return [*puts, *_replace_names(stored, content, row)]


def delete(stored: StoredDossier) -> list[Write]:
    """The writes that delete everything of a dossier."""
    identifier = stored.content.external_identifier
    return [
        Delete(stored.key, stored.is_same_dossier()),
        Delete(items.person_key(stored.id), stored.is_same_index()),
        *([] if identifier is None else [Delete(items.identifier_key(stored.group, identifier))]),
        *(Delete(key) for key in items.name_keys(stored.group, stored.id, stored.index_keys)),
    ]


def _put_both(stored: StoredDossier, content: Content, *, version: int, **changes: str) -> tuple[Put, Put]:
    """The dossier's own item and its person. Attributes that this version of the service does not know are kept."""
    dossier = {name: value for name, value in stored.item.items() if name != "external_identifier"}
    dossier |= {"version": version, **changes}
    if content.external_identifier is not None:
        dossier["external_identifier"] = content.external_identifier
    person = {name: value for name, value in stored.person_item.items() if name != "index_keys"}
    person |= items.person(stored.id, content, version)
    return Put(dossier, stored.is_same_dossier()), Put(person, stored.is_same_index())


def _has_other_names(stored: StoredDossier, content: Content, row: str) -> bool:
    """Whether the name items of this content differ from the stored ones."""
    is_same = (
        row == stored.item["row"]
        and content.birthdate == stored.content.birthdate
        and items.index_keys(content) == stored.index_keys
    )
    return not is_same or not stored.has_version


def _replace_names(stored: StoredDossier, content: Content, row: str) -> list[Write]:
    """The writes that put the name items of this content, and delete the others.

    An item that the old and the new name share is put too, because it carries the row. Items are deleted by the stored
    index keys, never by folding the old name again.
    """
    name_items = list(items.names_of(stored.group, content, stored.id, row))
    current = {items.key_of(item) for item in name_items}
    old = items.name_keys(stored.group, stored.id, stored.index_keys)
    return [*map(Put, name_items), *(Delete(key) for key in old if key not in current)]
