"""The process that stands in for a warm function: what it hands to the handler, and what it sends again."""

import json
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.sides import EACH_TIME, Side
from local.engine.credentials import Credentials
from local.engine.engine import Engine
from tests.conftest import ROOT
from tests.failures.scripted import Server, ok

BY_BOTO3 = """
import boto3, os
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])

def handler(event, context):
    return {"statusCode": 200, "body": str(table.get_item(Key={"pk": "a", "sk": event["sk"]})["Item"]["pk"])}
"""
BY_OUR_TRANSPORT = """
from dossiers.storage.connection import table
from dossiers.storage.items import Key

def handler(event, context):
    return {"statusCode": 200, "body": table().get(Key("a", event["sk"]))["pk"]}
"""
PACKAGES = Path(sysconfig.get_path("purelib"))
CODE = {
    "boto3": (BY_BOTO3, (PACKAGES,)),
    "our transport": (BY_OUR_TRANSPORT, (ROOT / "layers/dossiers/python", PACKAGES)),
}


@pytest.fixture
def dynamodb() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def engine(dynamodb: Server) -> Engine:
    return Engine(dynamodb.url, Credentials("key", "secret"))


@pytest.fixture(params=CODE)
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Side:
    app, folders = CODE[request.param]
    (tmp_path / "app.py").write_text(app)
    return Side("side", (tmp_path, *folders), "table")


pytestmark = [pytest.mark.engine("no engine (pure code, documents, templates)"), pytest.mark.slow]


def test_a_recorded_response_is_returned_without_another_request(side: Side, engine: Engine, dynamodb: Server) -> None:
    dynamodb.script = [ok({"Item": {"pk": {"S": "once"}}})]
    with side.warm(engine, {"sk": "b"}, recorded=True) as process:
        assert process.answer["body"] == "once"
        assert process.cpu(3, depth=0) > 0
    assert len(dynamodb.requests) == 1


def test_a_live_process_sends_each_request(side: Side, engine: Engine, dynamodb: Server) -> None:
    dynamodb.script = [ok({"Item": {"pk": {"S": "each"}}})] * 4
    with side.warm(engine, {"sk": "b"}) as process:
        process.cpu(3, depth=0)
    assert len(dynamodb.requests) == 4


def test_what_stands_for_another_text_is_another_one_at_each_call(side: Side, engine: Engine, dynamodb: Server) -> None:
    dynamodb.script = [ok({"Item": {"pk": {"S": "each"}}})] * 4
    with side.warm(engine, {"sk": f"b {EACH_TIME}"}) as process:
        process.cpu(3, depth=0)
    keys = {json.loads(request.body)["Key"]["sk"]["S"] for request in dynamodb.requests}
    assert len(keys) == 4
    assert not any(EACH_TIME in key for key in keys)
