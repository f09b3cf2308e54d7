"""A list and a search in the style of the Powertools template of `sam init`: resolver, logger, tracer, metrics, and a
DynamoDB resource of boto3.

The table has an item for each dossier and one for each word of its name. A search reads the items of the longest word,
and DynamoDB filters them by the other words.
"""

import json
import os
from collections.abc import Iterator
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from boto3.dynamodb.conditions import Attr, Key

COLUMNS = json.loads(os.environ["COLUMNS"])

app = APIGatewayHttpResolver()
logger = Logger()
tracer = Tracer()
metrics = Metrics()
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


@app.get("/api/v1/dossiers")
@tracer.capture_method(capture_response=False)
def index() -> dict[str, Any]:
    grants = query("sk", KeyConditionExpression=Key("pk").eq(f"USER#{user()}"))
    groups = [grant["sk"].removeprefix("GROUP#") for grant in grants]
    dossiers = [
        dossier for group in groups for dossier in query(*COLUMNS, KeyConditionExpression=group_condition(group))
    ]
    return respond(dossiers)


@app.get("/api/v1/dossier_groups/<group>/dossiers")
@tracer.capture_method(capture_response=False)
def search(group: str) -> dict[str, Any]:
    grant = table.get_item(Key={"pk": f"USER#{user()}", "sk": f"GROUP#{group}"}, ConsistentRead=True)
    if "Item" not in grant:
        raise NotFoundError
    longest, *others = sorted(app.current_event.query_string_parameters["name"].lower().split(), key=len, reverse=True)
    arguments: dict[str, Any] = {"KeyConditionExpression": Key("pk").eq(f"GROUP#{group}#WORD#{longest}")}
    for word in others:
        condition = Attr("words").contains(word)
        previous = arguments.get("FilterExpression")
        arguments["FilterExpression"] = condition if previous is None else previous & condition
    return respond(query(*COLUMNS, **arguments))


def user() -> str:
    """The user of the token, from the claims that API Gateway verified."""
    claims = app.current_event.request_context.authorizer.jwt_claim
    return str(claims["sub"])


def group_condition(group: str) -> Any:
    """The key condition for all dossiers of a group."""
    return Key("pk").eq(f"GROUP#{group}") & Key("sk").begins_with("DOSSIER#")


def query(*attributes: str, **arguments: Any) -> Iterator[dict[str, Any]]:
    """These attributes of the items of a query, of all pages."""
    while True:
        page = table.query(ConsistentRead=True, ProjectionExpression=", ".join(attributes), **arguments)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def respond(dossiers: Any) -> dict[str, Any]:
    """The dossiers as the table that the API returns."""
    metrics.add_metric(name="Responses", unit=MetricUnit.Count, value=1)
    # The resource returns numbers as Decimal, which is not JSON.
    rows = [[int(item[name]) if name == "birth_year" else item.get(name) for name in COLUMNS] for item in dossiers]
    return {"headers": COLUMNS, "rows": rows}


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
