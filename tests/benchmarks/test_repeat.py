"""repeat.py, the process of a warm function: the events that it passes to the handler, and the recorded responses."""

import json
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.implementations import UUID_PLACEHOLDER, Implementation
from local.engine.credentials import Credentials
from local.engine.engine import Engine
from tests.conftest import ROOT
from tests.failures.scripted import Server, ok

BOTO3_APP = """
import boto3, os
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])

def handler(event, context):
    return {"statusCode": 200, "body": str(table.get_item(Key={"pk": "a", "sk": event["sk"]})["Item"]["pk"])}
"""
SERVICE_APP = """
from dossiers.storage.connection import table
from dossiers.storage.items import Key

def handler(event, context):
    return {"statusCode": 200, "body": table().get(Key("a", event["sk"]))["pk"]}
"""
PACKAGES = Path(sysconfig.get_path("purelib"))
CODE = {
    "boto3": (BOTO3_APP, (PACKAGES,)),
    "the service": (SERVICE_APP, (ROOT / "layers/dossiers/python", PACKAGES)),
}


@pytest.fixture
def dynamodb() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def engine(dynamodb: Server) -> Engine:
    return Engine(dynamodb.url, Credentials("key", "secret"))


@pytest.fixture(params=CODE)
def implementation(request: pytest.FixtureRequest, tmp_path: Path) -> Implementation:
    app, folders = CODE[request.param]
    (tmp_path / "app.py").write_text(app)
    return Implementation("name", (tmp_path, *folders), "table")


pytestmark = [pytest.mark.engine("no engine (pure code, documents, templates)"), pytest.mark.slow]


def test_a_recorded_response_is_returned_without_another_request(
    implementation: Implementation, engine: Engine, dynamodb: Server
) -> None:
    dynamodb.script = [ok({"Item": {"pk": {"S": "once"}}})]
    with implementation.start_warm(engine, {"sk": "b"}, recorded=True) as process:
        assert process.first_response["body"] == "once"
        assert process.measure_cpu(3, depth=0) > 0
    assert len(dynamodb.requests) == 1


def test_a_live_process_sends_each_request(implementation: Implementation, engine: Engine, dynamodb: Server) -> None:
    dynamodb.script = [ok({"Item": {"pk": {"S": "each"}}})] * 4
    with implementation.start_warm(engine, {"sk": "b"}) as process:
        process.measure_cpu(3, depth=0)
    assert len(dynamodb.requests) == 4


def test_each_call_has_a_new_uuid_in_place_of_the_placeholder(
    implementation: Implementation, engine: Engine, dynamodb: Server
) -> None:
    dynamodb.script = [ok({"Item": {"pk": {"S": "each"}}})] * 4
    with implementation.start_warm(engine, {"sk": f"b {UUID_PLACEHOLDER}"}) as process:
        process.measure_cpu(3, depth=0)
    keys = {json.loads(request.body)["Key"]["sk"]["S"] for request in dynamodb.requests}
    assert len(keys) == 4
    assert not any(UUID_PLACEHOLDER in key for key in keys)
