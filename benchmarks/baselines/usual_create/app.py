"""A create as Powertools documents it: the resolver validates the body by pydantic models (`enable_validation`), and
the resource's client writes one transaction.

One item per dossier and one per word of its name; the identifier and the Idempotency-Key have items of their own.
"""

import json
import os
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import uuid4

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, EmailStr, Field

COLUMNS = json.loads(os.environ["COLUMNS"])

app = APIGatewayHttpResolver(enable_validation=True)
logger = Logger()
tracer = Tracer()
metrics = Metrics()
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


@app.post("/api/v1/dossier_groups/<group>/dossiers")
@tracer.capture_method(capture_response=False)
def create(
    group: str, new: NewDossier, idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key")] = None
) -> Created:
    user = app.current_event.request_context.authorizer.jwt_claim["sub"]
    if "Item" not in table.get_item(Key={"pk": f"USER#{user}", "sk": f"GROUP#{group}"}, ConsistentRead=True):
        raise NotFoundError
    dossier_id = str(uuid4())
    items = items_of(group, dossier_id, new, user, idempotency_key)
    puts: list[Any] = [
        {"Put": {"TableName": table.name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}
        for item in items
    ]
    table.meta.client.transact_write_items(TransactItems=puts)
    metrics.add_metric(name="Created", unit=MetricUnit.Count, value=1)
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


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
