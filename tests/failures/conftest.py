"""The handlers on moto, with one user and one group, and requests to DynamoDB that fail on demand."""

import contextlib
import io
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from mypy_boto3_dynamodb import DynamoDBClient

from dossiers.domain.roles import Role
from dossiers.storage.client import plain_client
from dossiers.usecases import access
from tests import handlers, tables
from tests.api import Api, Handlers
from tests.failures.scripted import error_body
from tests.routes import API_ROUTES

GROUP, USER = "group", "user"
Failing = Callable[..., AbstractContextManager[list[str]]]


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._body


@pytest.fixture
def client() -> DynamoDBClient:
    """The botocore client of the table.

    Each test has a new client, because a client stops retrying after many retries.
    """
    return plain_client()


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, client: DynamoDBClient) -> Iterator[Api]:
    monkeypatch.setattr("time.sleep", lambda _: None)  # the waits of botocore and of the service between attempts
    with tables.on_moto(client) as table:
        access.grant(table, USER, [GROUP], by="tests", role=Role.MANAGER)
        yield Api(Handlers(USER), GROUP, "foreign")


@pytest.fixture
def dossier(api: Api) -> str:
    """The id of a dossier. A test that also takes `log` takes it later: this create is not in it then."""
    return api.create_dossier(lastname="Jansen", external_identifier="x")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the functions log during the test."""
    written = io.StringIO()
    with contextlib.ExitStack() as streams:
        handlers.load()
        for route in API_ROUTES:  # the function of the documentation logs nothing
            [handler] = logging.getLogger(route.code.name).handlers
            assert isinstance(handler, logging.StreamHandler)
            streams.callback(handler.setStream, handler.setStream(written))
        yield written


@pytest.fixture
def failing(api: Api, client: DynamoDBClient) -> Failing:
    """`with failing("Query", error)`: each such operation of DynamoDB returns an error, or raises an exception.

    Yields the list of failed operations. moto listens to the same event and may carry them out nevertheless.
    """

    @contextmanager
    def fail(
        operation: str, error: str | Exception, status: int = 400, message: str = "", times: int = 1000
    ) -> Iterator[list[str]]:
        failed: list[str] = []

        def respond(request: Any, **_: Any) -> AWSResponse | None:
            if len(failed) == times:
                return None
            failed.append(operation)
            if isinstance(error, Exception):
                raise error
            body = error_body(error, message)
            headers = {"Content-Type": "application/x-amz-json-1.0"}
            return AWSResponse(request.url, status, headers, _Raw(body))  # type: ignore[arg-type]

        events = client.meta.events
        events.register_first(f"before-send.dynamodb.{operation}", respond)  # type: ignore[arg-type]
        try:
            yield failed
        finally:
            events.unregister(f"before-send.dynamodb.{operation}", respond)  # type: ignore[arg-type]

    return fail
