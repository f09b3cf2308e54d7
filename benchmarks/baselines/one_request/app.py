"""The least code that searches for two words: one request for the pair, signed without an SDK, and a join."""

import os
from typing import Any
from urllib.parse import parse_qs

from dynamodb import DynamoDB

OPENING = f'{{"headers":{os.environ["COLUMNS"]},"rows":['

dynamodb = DynamoDB()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes it
    group = event["pathParameters"]["dossier_group_id"]
    first, second = sorted(parse_qs(event["rawQueryString"])["name"][0].lower().split())
    request = {
        "TableName": os.environ["TABLE_NAME"],
        "ConsistentRead": True,
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
        "ProjectionExpression": "#a",
        "ExpressionAttributeNames": {"#a": "row"},
        "ExpressionAttributeValues": {":pk": {"S": f"GROUP#{group}#WORD#{first}"}, ":prefix": {"S": f"{second}#"}},
    }
    rows = [item["row"]["S"] for item in dynamodb.request("Query", request)["Items"]]
    return {"statusCode": 200, "body": OPENING + ",".join(rows) + "]}"}
