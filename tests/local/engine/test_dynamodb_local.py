"""DynamoDB Local as the local stack and the tests run it."""

from pathlib import Path

import pytest

from local.engine.credentials import Credentials
from local.engine.dynamodb_local import run_engine
from local.engine.engine import Engine
from local.errors import UserError
from local.folder import DataFolder
from tests.local.engine.fake_java import install_java

ENGINE = pytest.mark.engine("DynamoDB Local")


def test_another_access_key_opens_another_database(engine: Engine) -> None:
    engine.client().create_table(
        TableName="mine",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    stranger = Engine(engine.endpoint, Credentials.generate())
    assert "mine" in engine.client().list_tables()["TableNames"]
    assert stranger.client().list_tables()["TableNames"] == []


@ENGINE
def test_it_runs_on_the_java_that_setup_installs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with run_engine() as engine:
        assert engine.client().list_tables()["TableNames"] == []


def test_an_engine_that_does_not_start_is_reported_with_its_last_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install_java(tmp_path / "java", version='openjdk version "17.0.15"', output="no memory", status=1)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "java"))
    message = r"DynamoDB Local did not start: no memory \(see .*engine\.log\)"
    with pytest.raises(UserError, match=message), run_engine(DataFolder(tmp_path)):
        pass
