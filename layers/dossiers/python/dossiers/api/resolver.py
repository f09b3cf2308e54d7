"""Powertools' resolver for HTTP APIs, for any number of requests at once."""

from contextvars import ContextVar
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from dossiers.api.request import Request

_request: ContextVar[Request] = ContextVar("request")


class Resolver(APIGatewayHttpResolver):
    """The routes of one function.

    Powertools keeps the request in an attribute of a class, since Lambda hands a process one at a time. Where threads
    share a process, as on the local stack and in tests, one user would get the response to another's request. Here it
    is kept with the thread's context, as Powertools' own HttpResolverLocal does.
    """

    def __init__(self) -> None:
        # Not in debug mode, whatever the environment says: it would print data, and return them in responses.
        super().__init__(debug=False)

    def respond(self, request: Request) -> dict[str, Any]:
        """The response to a request, as Lambda returns it."""
        token = _request.set(request)
        try:
            return self.resolve(request.event.raw_event, None)  # type: ignore[arg-type]
        finally:
            _request.reset(token)

    @property
    def current_request(self) -> Request:
        """The request that this thread responds to."""
        return _request.get()

    @property
    def current_event(self) -> APIGatewayProxyEventV2:  # type: ignore[override]
        """The event by which Powertools finds the route."""
        return self.current_request.routed_event

    @property
    def context(self) -> dict[str, Any]:
        request = _request.get(None)
        return {} if request is None else request.context

    @context.setter
    def context(self, value: dict[str, Any]) -> None:
        """Powertools empties it when a resolver is made; there is nothing to empty yet."""
