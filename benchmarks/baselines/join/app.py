"""The least code that makes the body of a list from the bytes of DynamoDB's pages: `json.loads` and a join.

The pages are read when the module is loaded. The handler only makes the body.
"""

import json
import os
from typing import Any

from dynamodb import DynamoDB

OPENING = f'{{"headers":{os.environ["COLUMNS"]},"rows":['


def read_pages(group: str) -> list[bytes]:
    """All pages of a group's rows, as the bytes that DynamoDB sends."""
    dynamodb = DynamoDB()
    request: dict[str, Any] = {
        "TableName": os.environ["TABLE_NAME"],
        "ConsistentRead": True,
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
        "ProjectionExpression": "#a",
        "ExpressionAttributeNames": {"#a": "row"},
        "ExpressionAttributeValues": {":pk": {"S": f"GROUP#{group}"}, ":prefix": {"S": "DOSSIER#"}},
    }
    pages = []
    while True:
        page = dynamodb.send("Query", json.dumps(request).encode())
        pages.append(page)
        last_key = json.loads(page).get("LastEvaluatedKey")
        if last_key is None:
            return pages
        request["ExclusiveStartKey"] = last_key


PAGES = read_pages(os.environ["GROUP"])


def handler(event: object, context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes them
    rows = [item["row"]["S"] for page in PAGES for item in json.loads(page)["Items"]]
    return {"statusCode": 200, "body": OPENING + ",".join(rows) + "]}"}
