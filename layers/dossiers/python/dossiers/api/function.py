"""A Lambda function of the API: its routes, its errors, its log and its start."""

import os
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from dossiers.api import cold_start, response
from dossiers.api.request import Request
from dossiers.api.resolver import Resolver
from dossiers.api.response import Response
from dossiers.api.telemetry import Telemetry
from dossiers.domain import errors
from dossiers.domain.deadline import Deadline
from dossiers.storage import connection

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]

WARM_UP_SECONDS = 2
"""Time for a slow connection and a slow response. Lambda limits the whole start to ten seconds."""


def handler(app: Resolver, function: str, *, warm_up: str) -> Handler:
    """The Lambda handler of a function: responds to an event by one of the app's routes. Errors become responses.

    `warm_up`: a request to one of the routes, such as `GET /api/v1/dossiers`, that the function handles at its start.
    """
    telemetry = Telemetry(function)

    @app.exception_handler(errors.DossiersError)
    def refuse(error: errors.DossiersError) -> Response:
        if isinstance(error, errors.TryAgain):
            app.current_request.cause = error.cause
        return response.refusal(app.current_request, error)

    @app.exception_handler(Exception)
    def report(error: Exception) -> Response:
        telemetry.internal_error(error, request_id=app.current_request.id)
        return response.internal_error()

    @app.not_found
    def not_found(_: Exception) -> Response:
        return response.route_not_found()

    cold_start.finish(warm_up=lambda: _warm_up(app, warm_up), reset=lambda: connection.table().disconnect())

    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        request = Request.of_event(event, context)
        returned = app.respond(request)
        telemetry.request(request, status=returned["statusCode"])
        return returned

    if os.environ.get("AWS_SAM_LOCAL") == "true":
        from dossiers.api import sam_local  # noqa: PLC0415 - no function on AWS loads it

        return lambda event, context: handle(sam_local.complete(event), context)
    return handle


def _warm_up(app: Resolver, request: str) -> None:
    """Respond to a request of the user `-`, who has no grants. It opens the connection to DynamoDB with one read."""
    method, path = request.split(" ")
    event = {
        "rawPath": path,
        "headers": {},
        "requestContext": {
            "authorizer": {"jwt": {"claims": {"sub": "-"}}},
            "http": {"method": method, "path": path},
            "stage": "$default",
        },
    }
    app.respond(Request(APIGatewayProxyEventV2(event), Deadline.after(WARM_UP_SECONDS)))
