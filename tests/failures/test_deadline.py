"""A function responds before Lambda would time it out, whatever DynamoDB does."""

import io
import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import sleep
from typing import Any

import pytest

from dossiers.storage import connection
from dossiers.storage.signed_reads import Settings
from dossiers.storage.transport import Transport
from tests import handlers, tables
from tests.builders import a_body
from tests.failures.scripted import Action, Request, Server, ok, silence

IN_GROUP = "/api/v1/dossier_groups/group/dossiers"
DOSSIER = f"{IN_GROUP}/59abe42d-ad25-4273-95ef-86444705e8d3"
GRANTS = ok({"Items": [{"sk": {"S": f"GROUP#g{number}"}} for number in range(100)], "Count": 100})
REQUESTS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "index": lambda context: handlers.call("GET", "/api/v1/dossiers", context=context),
    "search": lambda context: handlers.call("GET", IN_GROUP, "name=jan", context=context),
    "POST search": lambda context: handlers.call("POST", f"{IN_GROUP}/search", body='{"name": "jan"}', context=context),
    "create": lambda context: handlers.call("POST", IN_GROUP, body=a_body(), context=context),
    "groups": lambda context: handlers.call("GET", "/api/v1/dossier_groups", context=context),
    "show": lambda context: handlers.call("GET", DOSSIER, context=context),
    "update": lambda context: handlers.call("PATCH", DOSSIER, body=a_body(), context=context),
    "delete": lambda context: handlers.call("DELETE", DOSSIER, context=context),
}
AT_ONCE = {"show": 3, "update": 3, "delete": 3}
"""The requests that read the grant, the dossier and the person in parallel; others begin with one read."""


@dataclass
class Context:
    """A context of Lambda with a fixed remaining time."""

    milliseconds: int

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server that stands in for DynamoDB. The functions read as on Lambda."""
    with Server() as server:
        settings = Settings(server.url, "eu-west-1", "key", "secret")
        transport = Transport(server.url)
        table = connection.by_signed_reads("t", settings, transport)
        tables.use(table, monkeypatch)
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)
        table.writes()  # loads botocore, as the start on Lambda does
        yield server
        transport.close()


@pytest.mark.parametrize("request_", REQUESTS)
def test_no_request_is_sent_to_dynamodb_in_the_last_two_seconds(
    server: Server, log: io.StringIO, request_: str
) -> None:
    response = REQUESTS[request_](Context(milliseconds=2000))
    assert (response["statusCode"], json.loads(response["body"])) == (503, {"errors": {"base": ["try_again"]}})
    assert server.requests == []
    assert json.loads(log.getvalue().splitlines()[-1])["cause"] == "deadline"


@pytest.mark.parametrize("request_", REQUESTS)
def test_a_response_of_dynamodb_is_not_awaited_in_the_last_two_seconds(
    server: Server, log: io.StringIO, request_: str
) -> None:
    server.script += [silence] * 9
    response = REQUESTS[request_](Context(milliseconds=2200))
    assert response["statusCode"] == 503
    assert len(server.requests) == AT_ONCE.get(request_, 1)
    assert json.loads(log.getvalue().splitlines()[-1])["cause"] == "deadline"


@pytest.mark.slow
def test_a_list_of_many_slow_groups_ends_at_the_deadline(server: Server, log: io.StringIO) -> None:
    def slow(connection: socket.socket, request: Request) -> None:
        sleep(0.2)
        ok({"Items": []})(connection, request)

    script: list[Action] = [GRANTS, *[slow] * 100]
    server.script += script
    response = REQUESTS["index"](Context(milliseconds=2500))
    assert response["statusCode"] == 503
    assert len(server.requests) < 1 + 100
    assert json.loads(log.getvalue().splitlines()[-1])["cause"] == "deadline"


def test_with_enough_time_the_same_list_is_complete(server: Server) -> None:
    server.script += [GRANTS, *[ok({"Items": []})] * 100]
    assert REQUESTS["index"](Context(milliseconds=28_000))["statusCode"] == 200
    assert len(server.requests) == 1 + 100
