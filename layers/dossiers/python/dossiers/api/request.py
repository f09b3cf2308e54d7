"""A request, as an event of API Gateway's HTTP API describes it (payload format 2.0)."""

from base64 import b64decode
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from dossiers.domain.deadline import NEVER, Deadline
from dossiers.domain.errors import BASE, Cause, Keyword, Problem, Unauthorized
from dossiers.domain.text import is_dossier_id, is_group_id, is_user

MARGIN_SECONDS = 2
"""Between a request's deadline and the moment at which Lambda ends the function: enough to return a response."""


@dataclass
class Request:
    """A request in progress. Its response must be returned by the `deadline`.

    `cause`: why the response is 503, once that is known. `context`: what Powertools keeps with a request.
    """

    event: APIGatewayProxyEventV2
    deadline: Deadline
    cause: Cause | None = None
    context: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of_event(cls, event: dict[str, Any], context: LambdaContext | None) -> "Request":
        """The request in an event; its deadline is MARGIN_SECONDS before Lambda ends the function."""
        remaining = getattr(context, "get_remaining_time_in_millis", None)
        deadline = NEVER if remaining is None else Deadline.after(remaining() / 1000 - MARGIN_SECONDS)
        return cls(APIGatewayProxyEventV2(event), deadline)

    @cached_property
    def routed_event(self) -> APIGatewayProxyEventV2:
        """The event by which Powertools finds the route: with the path of `routed_path`."""
        if self.routed_path == self.event.raw_path:
            return self.event
        return APIGatewayProxyEventV2(self.event.raw_event | {"rawPath": self.routed_path})

    @cached_property
    def routed_path(self) -> str:
        """The path with its parameters percent-encoded, so that each is one segment without special characters.

        API Gateway has decoded them: a `/` in a dossier id would look like another route.
        """
        path: str = self.route.partition(" ")[2]
        parameters = self._path_parameters
        for name in parameters:
            path = path.replace(f"{{{name}}}", quote(parameters[name], safe=""))
        return path if path and "{" not in path else self.event.raw_path

    @property
    def user(self) -> str:
        """The `sub` of the token that API Gateway has checked. Raises Unauthorized when it cannot be a user."""
        user = self.user_if_any
        if user is None:
            raise Unauthorized
        return user

    @property
    def user_if_any(self) -> str | None:
        """The `sub` of the token, if it can be a user."""
        authorizer = self._request_context.get("authorizer") or {}
        sub = authorizer.get("jwt", {}).get("claims", {}).get("sub")
        return sub if is_user(sub) else None

    @property
    def group_if_any(self) -> str | None:
        """The dossier group in the path, if it can be one."""
        group = self._path_parameters.get("dossier_group_id", "")
        return group if is_group_id(group) else None

    @property
    def dossier_if_any(self) -> str | None:
        """The dossier's id in the path, if it can be one."""
        dossier_id = self._path_parameters.get("dossier_id", "")
        return dossier_id if is_dossier_id(dossier_id) else None

    @property
    def id(self) -> str:
        """The id that API Gateway gave the request. The caller gets it in the header `apigw-requestid`."""
        return str(self._request_context.get("requestId", ""))

    @property
    def route(self) -> str:
        """The route's pattern: `GET /api/v1/dossiers`."""
        return str(self.event.raw_event.get("routeKey", ""))

    @property
    def query(self) -> str:
        """The query string as it was sent."""
        return self.event.raw_event.get("rawQueryString") or ""

    @property
    def has_body(self) -> bool:
        """Whether the request has a body of at least one byte."""
        return bool(self.event.raw_event.get("body"))

    def body_problems(self) -> list[Problem]:
        """The problem of a request that takes no body and has one."""
        return [(BASE, Keyword.INVALID)] if self.has_body else []

    @property
    def body(self) -> bytes:
        """The body as it was sent. It is empty when it cannot be decoded, and is then refused as invalid JSON."""
        event = self.event.raw_event
        text = event.get("body") or ""
        try:
            return b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
        except ValueError:  # no base64, or half a surrogate pair, which has no bytes
            return b""

    def header(self, name: str) -> str | None:
        """A header, whatever it holds; None when it was not sent. One that was sent twice is joined by a comma."""
        return self.event.headers.get(name)

    @property
    def _request_context(self) -> dict[str, Any]:
        context: dict[str, Any] = self.event.raw_event["requestContext"]
        return context

    @property
    def _path_parameters(self) -> dict[str, str]:
        return self.event.raw_event.get("pathParameters") or {}
