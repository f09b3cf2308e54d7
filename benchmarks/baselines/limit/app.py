"""The least code for a list and a search: two routes, requests signed without an SDK, rows joined.

It checks the grant and reads what the service reads, in the same table. It leaves out what does not change the response
to a valid request: the validation of parameters, pagination, accents, the log and the metrics.
"""

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from dynamodb import DynamoDB, DynamoDBError

TABLE = os.environ["TABLE_NAME"]
OPENING = f'{{"headers":{os.environ["COLUMNS"]},"rows":['

dynamodb = DynamoDB()


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes it
    user = event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]
    try:
        match event["routeKey"]:
            case "GET /api/v1/dossiers":
                groups = [key.removeprefix("GROUP#") for key in read(f"USER#{user}", "GROUP#", "sk")]
                return respond(row for group in groups for row in read(f"GROUP#{group}", "DOSSIER#", "row"))
            case "GET /api/v1/dossier_groups/{dossier_group_id}/dossiers":
                group = event["pathParameters"]["dossier_group_id"]
                if not is_granted(user, group):
                    return {"statusCode": 404, "body": '{"errors":{"dossier_group_id":["not_found"]}}'}
                first, second = sorted(parse_qs(event["rawQueryString"])["name"][0].lower().split())
                longest = max(first, second, key=len)
                rows = [
                    *read(f"GROUP#{group}#WORD#{first}", f"{second}#", "row"),
                    *read(f"GROUP#{group}#WORD#{longest}", "*#", "row"),
                ]
                return respond(sorted(rows))
    except (DynamoDBError, OSError):
        return {"statusCode": 503, "body": '{"errors":{"base":["try_again"]}}'}
    return {"statusCode": 404, "body": '{"message":"Not Found"}'}


def is_granted(user: str, group: str) -> bool:
    """Whether the group is granted to the user."""
    key = {"pk": {"S": f"USER#{user}"}, "sk": {"S": f"GROUP#{group}"}}
    return "Item" in dynamodb.request("GetItem", {"TableName": TABLE, "Key": key, "ConsistentRead": True})


def read(pk: str, prefix: str, attribute: str) -> Iterator[str]:
    """One attribute of each item of a key range."""
    request: dict[str, Any] = {
        "TableName": TABLE,
        "ConsistentRead": True,
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
        "ProjectionExpression": "#a",
        "ExpressionAttributeNames": {"#a": attribute},
        "ExpressionAttributeValues": {":pk": {"S": pk}, ":prefix": {"S": prefix}},
    }
    while True:
        page = dynamodb.request("Query", request)
        for item in page["Items"]:
            yield item[attribute]["S"]
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def respond(rows: Iterator[str] | list[str]) -> dict[str, Any]:
    """The response with these rows."""
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    return {"statusCode": 200, "headers": headers, "body": OPENING + ",".join(rows) + "]}"}
