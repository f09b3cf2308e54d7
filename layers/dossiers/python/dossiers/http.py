"""HTTP, as API Gateway's HTTP API speaks it: from an event to what a use case takes, and from what it gives to a
response.

Only the handlers in functions/ import this.
"""

import json
import os
import re
from base64 import b64encode
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response, content_types
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from dossiers import connection, errors, json_object, parameters, start
from dossiers.cursor import Position
from dossiers.deadline import NEVER, Deadline
from dossiers.errors import Keyword
from dossiers.gzipped import accepts, gzipped
from dossiers.pages import Page
from dossiers.telemetry import Telemetry
from dossiers.text import is_group_id, is_user

if TYPE_CHECKING:
    from dossiers.creating import Created  # which loads pydantic: not for a function that lists

Answer = Response[str]
Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]

STATUSES: dict[type[errors.DossiersError], int] = {
    errors.InvalidJson: 400,
    errors.Unauthorized: 401,
    errors.GroupNotFound: 404,
    errors.Invalid: 422,
    errors.TryAgain: 503,
}

MARGIN_SECONDS = 2
"""Before Lambda would end the function: enough to return a response."""

WARM_UP_SECONDS = 2
"""Long enough for a connection and a response on a bad day, short beside the ten seconds that Lambda gives a start."""

# Health data: not for a browser's or a proxy's cache.
_HEADERS = {"Cache-Control": "no-store"}


@dataclass
class Request:
    """A request under way. `cause`: why its caller has to send it again."""

    event: APIGatewayProxyEventV2
    deadline: Deadline
    context: dict[str, Any] = field(default_factory=dict)
    cause: errors.Cause | None = None

    @classmethod
    def of_event(cls, event: dict[str, Any], context: LambdaContext | None) -> "Request":
        """The request in an event; its deadline is MARGIN_SECONDS before Lambda ends the function."""
        remaining = getattr(context, "get_remaining_time_in_millis", None)
        deadline = NEVER if remaining is None else Deadline.after(remaining() / 1000 - MARGIN_SECONDS)
        return cls(APIGatewayProxyEventV2(event), deadline)


_request: ContextVar[Request] = ContextVar("request")


class Resolver(APIGatewayHttpResolver):
    """Powertools' resolver for HTTP APIs, for any number of requests at once.

    Powertools keeps the request in an attribute of a class, since Lambda hands a process one at a time. Where threads
    share a process, as on the local stack and in tests, one user would be answered what another asked. Here it is
    kept with the thread's context, as Powertools' own HttpResolverLocal does.
    """

    def respond(self, request: Request) -> dict[str, Any]:
        """The response to a request, as Lambda returns it."""
        token = _request.set(request)
        try:
            return self.resolve(request.event.raw_event, None)  # type: ignore[arg-type]
        finally:
            _request.reset(token)

    @property
    def current_event(self) -> APIGatewayProxyEventV2:  # type: ignore[override]
        return _request.get().event

    @property
    def context(self) -> dict[str, Any]:
        request = _request.get(None)
        return {} if request is None else request.context

    @context.setter
    def context(self, value: dict[str, Any]) -> None:
        """Powertools empties it when a resolver is made; there is nothing to empty yet."""

    def build(self) -> None:
        """Build what Powertools would build at a route's first request, where two threads may be first."""
        for route in self._static_routes + self._dynamic_routes:
            route._build_middleware_stack(router_middlewares=[], app=self)


def resolver() -> Resolver:
    """A resolver for one function's routes. `debug` off, whatever the environment says: it would print and answer
    with data.
    """
    return Resolver(debug=False)


def handler(app: Resolver, function: str) -> Handler:
    """The Lambda handler of a function: answers an event by one of the app's routes, whatever goes wrong in it."""
    telemetry = Telemetry(function)

    @app.exception_handler(errors.DossiersError)
    def refused(error: errors.DossiersError) -> Answer:
        if isinstance(error, errors.TryAgain):
            _request.get().cause = error.cause
        return _refusal(error)

    @app.exception_handler(Exception)
    def fault(error: Exception) -> Answer:
        telemetry.fault(error, request_id=_request_id(app.current_event.raw_event))
        return _json(500, _errors({errors.BASE: (Keyword.INTERNAL_ERROR,)}))

    @app.not_found
    def not_found(_: Exception) -> Answer:
        # API Gateway has matched a route before it calls a function. What matches none here is a group whose id has
        # characters that no group's has.
        if app.current_event.path_parameters:
            return _refusal(errors.GroupNotFound())
        return _json(404, _message("Not Found"))

    app.build()
    start.finish(warm_up=lambda: _warm_up(app), renew=lambda: connection.table().disconnect())

    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        request = Request.of_event(event, context)
        response = app.respond(request)
        telemetry.answered(
            route=event.get("routeKey", ""),
            status=response["statusCode"],
            request_id=_request_id(event),
            user=_user(event),
            group=_group(event),
            cause=request.cause,
        )
        return response

    if os.environ.get("AWS_SAM_LOCAL") == "true":
        from dossiers import sam_local  # noqa: PLC0415 - no function on AWS loads it

        return lambda event, context: handle(sam_local.complete(event), context)
    return handle


def user(app: Resolver) -> str:
    """The `sub` of the token that API Gateway has checked. Raises Unauthorized when there is none that could be a
    user.
    """
    sub = _user(app.current_event.raw_event)
    if sub is None:
        raise errors.Unauthorized
    return sub


def deadline(_: Resolver) -> Deadline:
    """By when the request must be answered."""
    return _request.get().deadline


def query(app: Resolver) -> str:
    """The query string as it was sent."""
    return app.current_event.raw_event.get("rawQueryString") or ""


def body(app: Resolver) -> bytes:
    """The body as it was sent."""
    event = app.current_event.raw_event
    return json_object.decoded(event.get("body"), is_base64=event.get("isBase64Encoded", False))


def has_body(app: Resolver) -> bool:
    """Whether the request has a body of at least one byte."""
    return bool(app.current_event.raw_event.get("body"))


def list_arguments(app: Resolver) -> dict[str, Any]:
    """What a list takes of a request: its query string, and whether it has a body."""
    return {"query": query(app), "has_body": has_body(app)}


def idempotency_key(app: Resolver) -> str | None:
    """The Idempotency-Key header, whatever it holds; None when there is none."""
    return app.current_event.headers.get("Idempotency-Key")


def page(app: Resolver, page: Page) -> Answer:
    """The answer to a list: its rows, compressed if they are long and the client can; where they go on, in a Link."""
    headers = {"Vary": "Accept-Encoding"}
    if page.next is not None:
        headers["Link"] = f'<{_following(app, page.next)}>; rel="next"'
    body = page.body
    packed = gzipped(body) if accepts(app.current_event.headers.get("Accept-Encoding")) else None
    if packed is None:
        return _json(200, body, headers)
    answer = _json(200, b64encode(packed).decode(), headers | {"Content-Encoding": "gzip"})
    answer.base64_encoded = True
    return answer


def created(dossier: "Created") -> Answer:
    """The answer to a create."""
    return _json(200, json.dumps({"id": dossier.id}), {"Idempotent-Replayed": "true"} if dossier.replayed else {})


def _following(app: Resolver, after: Position) -> str:
    """The URL of the page behind `after`, of the same request."""
    event = app.current_event
    scheme = "http" if event.headers.get("X-Forwarded-Proto") == "http" else "https"
    path = quote(event.raw_path, safe="/%")
    return f"{scheme}://{event.request_context.domain_name}{path}?{parameters.following(query(app), after)}"


def _refusal(error: errors.DossiersError) -> Answer:
    if isinstance(error, errors.Unauthorized):  # as API Gateway itself says it
        return _json(STATUSES[type(error)], _message("Unauthorized"))
    retry = {"Retry-After": "1"} if isinstance(error, errors.TryAgain) else {}
    return _json(STATUSES[type(error)], _errors(error.problems), retry)


def _json(status: int, body: str, headers: dict[str, str] | None = None) -> Answer:
    return Response(status, content_types.APPLICATION_JSON, body, headers={**_HEADERS, **(headers or {})})


def _errors(problems: errors.Problems) -> str:
    return json.dumps({"errors": problems})


def _message(message: str) -> str:
    return json.dumps({"message": message})


def _warm_up(app: Resolver) -> None:
    """Send a request to the app's first route, for a user and a group that do not exist.

    Its one read opens the connection to DynamoDB.
    """
    route = (app._static_routes + app._dynamic_routes)[0]
    path = re.sub("<.*?>", "-", route.path)
    event = {
        "rawPath": path,
        "headers": {},
        "requestContext": {
            "authorizer": {"jwt": {"claims": {"sub": "-"}}},
            "http": {"method": route.method, "path": path},
            "stage": "$default",
        },
    }
    app.respond(Request(APIGatewayProxyEventV2(event), Deadline.after(WARM_UP_SECONDS)))


def _request_id(event: dict[str, Any]) -> str:
    """The id that API Gateway gave the request, and the caller too, in the header `apigw-requestid`."""
    return str(event["requestContext"].get("requestId", ""))


def _user(event: dict[str, Any]) -> str | None:
    authorizer = event["requestContext"].get("authorizer") or {}
    sub = authorizer.get("jwt", {}).get("claims", {}).get("sub")
    return sub if is_user(sub) else None


def _group(event: dict[str, Any]) -> str | None:
    group = (event.get("pathParameters") or {}).get("dossier_group_id", "")
    return group if is_group_id(group) else None
