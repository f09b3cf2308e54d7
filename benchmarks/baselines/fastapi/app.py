"""A search with a web framework: FastAPI behind Mangum, a response model, and a DynamoDB resource of boto3.

A search reads the items of the longest word, and DynamoDB filters them by the other words.
"""

import json
import os
from typing import Annotated, Any

import boto3
from boto3.dynamodb.conditions import Attr, Key
from fastapi import Depends, FastAPI, HTTPException, Query, Request
from mangum import Mangum
from pydantic import BaseModel

COLUMNS = json.loads(os.environ["COLUMNS"])

app = FastAPI()
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


class Rows(BaseModel):
    headers: list[str]
    rows: list[list[str | int | None]]


def user(request: Request) -> str:
    """The user of the token, from the claims that API Gateway verified."""
    sub: str = request.scope["aws.event"]["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]
    return sub


# Not `async`, because boto3 blocks: FastAPI runs the function in a thread.
@app.get("/api/v1/dossier_groups/{group}/dossiers")
def search(group: str, user: Annotated[str, Depends(user)], name: Annotated[str, Query()]) -> Rows:
    grant = table.get_item(Key={"pk": f"USER#{user}", "sk": f"GROUP#{group}"}, ConsistentRead=True)
    if "Item" not in grant:
        raise HTTPException(404)
    longest, *others = sorted(name.lower().split(), key=len, reverse=True)
    arguments: dict[str, Any] = {"KeyConditionExpression": Key("pk").eq(f"GROUP#{group}#WORD#{longest}")}
    for word in others:
        condition = Attr("words").contains(word)
        previous = arguments.get("FilterExpression")
        arguments["FilterExpression"] = condition if previous is None else previous & condition
    items = []
    while True:
        page = table.query(ConsistentRead=True, ProjectionExpression=", ".join(COLUMNS), **arguments)
        items += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]
    return Rows(headers=COLUMNS, rows=[[item.get(column) for column in COLUMNS] for item in items])


handler = Mangum(app, lifespan="off")
