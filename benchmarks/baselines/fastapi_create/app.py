"""A create with a web framework: FastAPI behind Mangum, pydantic models, and the client of a boto3 resource.

The client writes one transaction.
"""

import os
from typing import Annotated, Any
from uuid import uuid4

import boto3
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from mangum import Mangum
from new_dossier import Created, NewDossier, build_items

app = FastAPI()
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def user(request: Request) -> str:
    """The user of the token, from the claims that API Gateway verified."""
    sub: str = request.scope["aws.event"]["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]
    return sub


# Not `async`, because boto3 blocks: FastAPI runs the function in a thread.
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
        for item in build_items(group, dossier_id, new, user, idempotency_key)
    ]
    table.meta.client.transact_write_items(TransactItems=puts)
    return Created(id=dossier_id)


handler = Mangum(app, lifespan="off")
