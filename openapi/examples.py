"""The examples of the document. Those of responses are made from those of requests."""

import json
from typing import Any

from dossiers.api import query_string
from dossiers.domain import cursor, rows
from dossiers.domain.content import PERSON_FIELDS
from dossiers.domain.cursor import Position
from dossiers.domain.roles import Role
from dossiers.storage import items
from dossiers.usecases import group_list
from openapi import fields

GROUP = "noord"
DOSSIER_ID = "59abe42d-ad25-4273-95ef-86444705e8d3"
IDEMPOTENCY_KEY = "5d6f2c1e-0b7a-4d7e-9a53-0f3c1d2b4e5f"
ETAG = f'"{items.FIRST_VERSION}"'
CURSOR = cursor.encode(Position(GROUP, DOSSIER_ID))
GROUP_CURSOR = cursor.encode(Position(GROUP))
EXTERNAL_IDENTIFIER = fields.EXTERNAL_IDENTIFIER.example
NAME = "john doe"
BIRTHDATE = fields.PERSON["birthdate"].example

_URL = "https://api.example.com/api/v1"
LOCATION = f"{_URL}/dossier_groups/{GROUP}/dossiers/{DOSSIER_ID}"
LINK = f'<{_URL}/dossiers?{query_string.next_page("name=john+doe", Position(GROUP, DOSSIER_ID))}>; rel="next"'
REQUEST_ID = "UBtGRhHDliAEPxg="

_PERSON = {name: field.example for name, field in fields.PERSON.items()}

DOCUMENT: dict[str, Any] = {"dossier": {"external_identifier": EXTERNAL_IDENTIFIER}, "person": _PERSON}
SHORT_DOCUMENT = {"person": {name: _PERSON[name] for name in ("firstname", "lastname", "birthdate", "gender")}}
PATCH = {"person": {"city": "Utrecht", "phone_work": None}}
IDENTIFIER_PATCH = {"dossier": {"external_identifier": "EPD-5678"}}

CREATED = {"id": DOSSIER_ID}
_CREATED_AT, _UPDATED_AT = "2026-11-24T04:05:21.123Z", "2026-11-25T10:15:00.042Z"


def dossier(updates: dict[str, Any] | None = None) -> dict[str, Any]:
    """The dossier of the example, after these updates of its person."""
    person = {**_PERSON, **(updates or {})}
    return {
        "id": DOSSIER_ID,
        "dossier": {"external_identifier": EXTERNAL_IDENTIFIER},
        "person": {name: person[name] for name in PERSON_FIELDS},
        "created_at": _CREATED_AT,
        "updated_at": _CREATED_AT if updates is None else _UPDATED_AT,
    }


ROW = json.loads(rows.row(DOSSIER_ID, _PERSON))
DOSSIERS = {"headers": list(rows.HEADERS), "rows": [ROW]}
NO_DOSSIERS = {"headers": list(rows.HEADERS), "rows": []}
DOSSIER_GROUPS = {
    "headers": list(group_list.HEADERS),
    "rows": [[GROUP, Role.EDITOR.value], ["oost", Role.READER.value]],
}


def by_name(**values: tuple[str, Any]) -> dict[str, Any]:
    """Examples by their names: the summary and the value of each."""
    return {name: {"summary": summary, "value": value} for name, (summary, value) in values.items()}
