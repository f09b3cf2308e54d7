"""The body of a create as pydantic models, and the items of a new dossier.

`make bench` copies this file into both usual implementations of create.
"""

import json
import os
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, EmailStr, Field

COLUMNS = json.loads(os.environ["COLUMNS"])

Text = Annotated[str, Field(max_length=255)]


class Dossier(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    external_identifier: Text | None = None


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    firstname: Text | None = None
    lastname: Text | None = None
    initials: Text | None = None
    email: EmailStr | None = None
    phone_home: Text | None = None
    phone_work: Text | None = None
    phone_cell: Text | None = None
    birthdate: date | None = None
    gender: Literal["M", "F"] | None = None
    country_of_birth: Text | None = None
    street: Text | None = None
    city: Text | None = None
    zipcode: Text | None = None
    country: Text | None = None
    subject_code: Text | None = None


class NewDossier(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dossier: Dossier = Dossier()
    person: Person = Person()


class Created(BaseModel):
    id: str


def build_items(group: str, dossier_id: str, new: NewDossier, user: str, key: str | None) -> list[dict[str, Any]]:
    """All items of a new dossier: one for the dossier, one for the person, and one for each word of the name.

    An external identifier and an Idempotency-Key have an item each.
    """
    now, person = datetime.now(UTC), new.person
    words = set(f"{person.firstname or ''} {person.lastname or ''}".lower().split())
    fields = person.model_dump(mode="json", exclude_none=True)
    birth_year = person.birthdate.year if person.birthdate else None
    values = {**fields, "id": dossier_id, "birth_year": birth_year, "lastnameid": person.lastname}
    columns = {column: values.get(column) for column in COLUMNS}
    creation = {"created_at": now.isoformat(), "created_by": user}
    items: list[dict[str, Any]] = [
        {"pk": f"GROUP#{group}", "sk": f"DOSSIER#{dossier_id}", **columns, **creation},
        {"pk": f"DOSSIER#{dossier_id}", "sk": "PERSON", "person": fields},
        *({"pk": f"GROUP#{group}#WORD#{word}", "sk": dossier_id, **columns, "words": words} for word in words),
    ]
    if identifier := new.dossier.external_identifier:
        items[0] |= {"dossier_group_id": group, "external_identifier": identifier}
        pk = f"GROUP#{group}#EXTERNAL#{identifier}"
        items.append({"pk": pk, "sk": "EXTERNAL", "dossier_id": dossier_id})
    if key:
        key_hash = sha256(f"{user}\n{key}".encode()).hexdigest()
        expires = int((now + timedelta(hours=24)).timestamp())
        pk = f"GROUP#{group}#KEY#{key_hash}"
        items.append({"pk": pk, "sk": "KEY", "dossier_id": dossier_id, "expires_at": expires})
    return items
