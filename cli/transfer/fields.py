"""The fields of a dossier in a file: flat in CSV, `{"dossier": {…}, "person": {…}}` in NDJSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dossiers.domain.content import PERSON_FIELDS, Content

DOSSIER_ID = "dossier_id"
"""The id of a dossier. An export writes it, and an import recognizes the dossier by it in the same group."""

EXTERNAL_IDENTIFIER = "external_identifier"

FIELDS = (EXTERNAL_IDENTIFIER, *PERSON_FIELDS)
"""The names of all fields, in the order of the columns of an exported CSV file."""

COLUMNS = (DOSSIER_ID, *FIELDS)
"""The columns of a CSV file."""

_PARTS = ("dossier", "person")


def nest(flat: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a create from fields by name. Unknown names stay, at the top, where validation reports them."""
    dossier = {name: value for name, value in flat.items() if name == EXTERNAL_IDENTIFIER}
    person = {name: value for name, value in flat.items() if name in PERSON_FIELDS}
    others = {name: value for name, value in flat.items() if name not in FIELDS}
    return {"dossier": dossier, "person": person, **others}


def is_nested(document: Mapping[str, Any]) -> bool:
    """Whether a JSON object has the form of a create's body."""
    return any(part in document for part in _PARTS)


def flatten(content: Content) -> dict[str, str]:
    """The fields of a dossier that have a value, in the order of FIELDS."""
    values = {EXTERNAL_IDENTIFIER: content.external_identifier, **content.person}
    return {name: value for name in FIELDS if (value := values.get(name)) is not None}


def to_document(content: Content) -> dict[str, Any]:
    """The body of a create that makes a dossier with this content."""
    return nest(flatten(content))
