"""A successful response to a write is sent after the engine has committed the write."""

import json
import os
import signal
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from local.engine.credentials import Credentials
from local.engine.dynamodb_local import run_engine
from local.engine.engine import Engine
from local.engine.table import create_table
from local.gateway.durability import confirming_client, respond_when_durable

SUCCESS = {"statusCode": 200, "headers": {}, "body": '{"id":"x"}'}
DELETED = {"statusCode": 204, "headers": {}, "body": None}
WRITES = pytest.mark.parametrize(("method", "response"), [("POST", SUCCESS), ("PATCH", SUCCESS), ("DELETE", DELETED)])
TABLE = "durability"


def an_event(method: str) -> dict[str, Any]:
    return {"requestContext": {"http": {"method": method}}}


def call(engine: Engine, function: Callable[[], dict[str, Any]], method: str = "POST", timeout: float = 3) -> Any:
    """The response of `function`, confirmed by a client of that engine."""
    client = confirming_client(engine, connections=1, timeout=timeout)
    return respond_when_durable(lambda *_: function(), client, TABLE)(an_event(method), None)


def assert_try_again(response: dict[str, Any]) -> None:
    assert response["statusCode"] == 503
    assert json.loads(response["body"]) == {"errors": {"base": ["try_again"]}}
    assert response["headers"] == {
        "Content-Type": "application/json", "Cache-Control": "no-store", "Retry-After": "1"
    }  # fmt: skip


@WRITES
@pytest.mark.engine("DynamoDB Local")
def test_when_the_engine_is_killed_after_the_functions_response_the_response_is_try_again(
    method: str, response: dict[str, Any]
) -> None:
    with run_engine() as engine:
        create_table(engine.client(), TABLE)

        def write() -> dict[str, Any]:
            os.kill(engine.process.process_id, signal.SIGKILL)
            engine.process.wait()
            return response

        assert call(engine, lambda: response, method) == response
        assert_try_again(call(engine, write, method))


@pytest.fixture
def silent() -> Any:
    """An engine that accepts every connection and never responds."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield Engine(f"http://127.0.0.1:{listener.getsockname()[1]}", Credentials.generate())


@pytest.mark.slow
@WRITES
def test_a_write_waits_for_an_engine_that_hangs_for_two_timeouts_at_most(
    silent: Engine, method: str, response: dict[str, Any]
) -> None:
    started = time.monotonic()
    assert_try_again(call(silent, lambda: response, method, timeout=0.2))
    assert time.monotonic() - started < 5  # two timeouts, and a pause of a second at most between them


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("status", [400, 403, 404, 412, 422, 503])
def test_a_refused_write_does_not_wait(silent: Engine, method: str, status: int) -> None:
    refusal = {"statusCode": status, "body": ""}
    assert call(silent, lambda: refusal, method, timeout=60) == refusal


def test_a_get_does_not_wait(silent: Engine) -> None:
    assert call(silent, lambda: SUCCESS, method="GET", timeout=60) == SUCCESS
