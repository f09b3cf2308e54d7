"""Dossiers as the first version of the service stored them, for tests of their migration.

They have no `version`, `updated_at` and `updated_by`. Their name items lack the birthdate, and hold the words of one
reading of the name.
"""

from collections.abc import Iterator, Mapping

from dossiers.domain import names, rows
from dossiers.storage.items import Item

CREATED_AT = "2026-01-02T03:04:05.678+00:00"


def items_of(
    group: str, dossier_id: str, person: Mapping[str, str], external_identifier: str | None = None
) -> Iterator[Item]:
    """The items of a dossier with a person of these fields."""
    row = rows.row(dossier_id, person)
    words = {word for field in ("firstname", "lastname") for word in names.words(person.get(field, ""))}
    pairs = names.index_pairs(words)
    dossier: Item = {
        "pk": f"GROUP#{group}",
        "sk": f"DOSSIER#{dossier_id}",
        "row": row,
        "dossier_group_id": group,
        "created_at": CREATED_AT,
        "created_by": "user",
    }
    if external_identifier is not None:
        dossier["external_identifier"] = external_identifier
        yield {"pk": f"GROUP#{group}#EXTERNAL#{external_identifier}", "sk": "EXTERNAL", "dossier_id": dossier_id}
    yield dossier
    person_item: Item = {"pk": f"DOSSIER#{dossier_id}", "sk": "PERSON", "person": dict(person)}
    if pairs:
        person_item["index_keys"] = frozenset(f"{a}#{b}" for a, b in pairs)
    yield person_item
    for a, b in pairs:
        name: Item = {"pk": f"GROUP#{group}#WORD#{a}", "sk": f"{b}#{dossier_id}", "row": row}
        if a != b and len(words) > 2:
            name["words"] = frozenset(words)
        yield name
