"""The least that turns the bytes of DynamoDB's pages into the body of a list: `json.loads` and a join.

The pages are read when this is loaded. The handler only makes the body.
"""

import json
import os
from typing import Any

from dynamodb import DynamoDB

OPENING = f'{{"headers":{os.environ["COLUMNS"]},"rows":['


def pages(group: str) -> list[bytes]:
    """All pages of a group's rows, as DynamoDB sent them."""
    dynamodb = DynamoDB()
    request: dict[str, Any] = {
        "TableName": os.environ["TABLE_NAME"],
        "ConsistentRead": True,
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
        "ProjectionExpression": "#a",
        "ExpressionAttributeNames": {"#a": "row"},
        "ExpressionAttributeValues": {":pk": {"S": f"GROUP#{group}"}, ":prefix": {"S": "DOSSIER#"}},
    }
    found = []
    while True:
        page = dynamodb.send("Query", json.dumps(request).encode())
        found.append(page)
        following = json.loads(page).get("LastEvaluatedKey")
        if following is None:
            return found
        request["ExclusiveStartKey"] = following


PAGES = pages(os.environ["GROUP"])


def handler(event: object, context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda hands them
    rows = [item["row"]["S"] for page in PAGES for item in json.loads(page)["Items"]]
    return {"statusCode": 200, "body": OPENING + ",".join(rows) + "]}"}
