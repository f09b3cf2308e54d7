"""A create as a web framework has it: FastAPI behind Mangum, pydantic models, and a DynamoDB resource of boto3, whose
client takes Python's values and writes one transaction.

One item per dossier and one per word of its name; the person, the identifier and the Idempotency-Key have items of
their own.
"""

import json
import os
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import uuid4

import boto3
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from mangum import Mangum
from pydantic import BaseModel, ConfigDict, EmailStr, Field

COLUMNS = json.loads(os.environ["COLUMNS"])

app = FastAPI()
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])

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


def user(request: Request) -> str:
    """The user that API Gateway found in the token."""
    sub: str = request.scope["aws.event"]["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]
    return sub


# Not `async`: boto3 blocks. FastAPI runs it in a thread.
@app.post("/api/v1/dossier_groups/{group}/dossiers")
def create(
    group: str,
    new: NewDossier,
    user: Annotated[str, Depends(user)],
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Created:
    grant = table.get_item(Key={"pk": f"USER#{user}", "sk": f"GROUP#{group}"}, ConsistentRead=True)
    if "Item" not in grant:
        raise HTTPException(404)
    dossier_id = str(uuid4())
    puts: list[Any] = [
        {"Put": {"TableName": table.name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}
        for item in items_of(group, dossier_id, new, user, idempotency_key)
    ]
    table.meta.client.transact_write_items(TransactItems=puts)
    return Created(id=dossier_id)


def items_of(group: str, dossier_id: str, new: NewDossier, user: str, key: str | None) -> list[dict[str, Any]]:
    """Every item of a new dossier."""
    now, person = datetime.now(UTC), new.person
    words = set(f"{person.firstname or ''} {person.lastname or ''}".lower().split())
    fields = person.model_dump(mode="json", exclude_none=True)
    birth_year = person.birthdate.year if person.birthdate else None
    values = {**fields, "id": dossier_id, "birth_year": birth_year, "lastnameid": person.lastname}
    shown = {column: values.get(column) for column in COLUMNS}
    made = {"created_at": now.isoformat(), "created_by": user}
    items: list[dict[str, Any]] = [
        {"pk": f"GROUP#{group}", "sk": f"DOSSIER#{dossier_id}", **shown, **made},
        {"pk": f"DOSSIER#{dossier_id}", "sk": "PERSON", "person": fields},
        *({"pk": f"GROUP#{group}#WORD#{word}", "sk": dossier_id, **shown, "words": words} for word in words),
    ]
    if identifier := new.dossier.external_identifier:
        items[0] |= {"dossier_group_id": group, "external_identifier": identifier}
        pk = f"GROUP#{group}#EXTERNAL#{identifier}"
        items.append({"pk": pk, "sk": "EXTERNAL", "dossier_id": dossier_id})
    if key:
        private = sha256(f"{user}\n{key}".encode()).hexdigest()
        expires = int((now + timedelta(hours=24)).timestamp())
        pk = f"GROUP#{group}#KEY#{private}"
        items.append({"pk": pk, "sk": "KEY", "dossier_id": dossier_id, "expires_at": expires})
    return items


handler = Mangum(app, lifespan="off")
