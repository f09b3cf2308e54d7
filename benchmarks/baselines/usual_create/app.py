"""A create as Powertools documents it: the resolver validates the body with pydantic models (`enable_validation`), and
the client of a boto3 resource writes one transaction.
"""

import os
from typing import Annotated, Any
from uuid import uuid4

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from new_dossier import Created, NewDossier, build_items

app = APIGatewayHttpResolver(enable_validation=True)
logger = Logger()
tracer = Tracer()
metrics = Metrics()
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


@app.post("/api/v1/dossier_groups/<group>/dossiers")
@tracer.capture_method(capture_response=False)
def create(
    group: str, new: NewDossier, idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key")] = None
) -> Created:
    user = app.current_event.request_context.authorizer.jwt_claim["sub"]
    if "Item" not in table.get_item(Key={"pk": f"USER#{user}", "sk": f"GROUP#{group}"}, ConsistentRead=True):
        raise NotFoundError
    dossier_id = str(uuid4())
    items = build_items(group, dossier_id, new, user, idempotency_key)
    puts: list[Any] = [
        {"Put": {"TableName": table.name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}
        for item in items
    ]
    table.meta.client.transact_write_items(TransactItems=puts)
    metrics.add_metric(name="Created", unit=MetricUnit.Count, value=1)
    return Created(id=dossier_id)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
