"""`dossiers serve --dynamodb-endpoint`: an engine that already runs."""

from dataclasses import replace
from pathlib import Path

import pytest

from local.engine.credentials import Credentials
from local.engine.engine import Engine
from local.engine.existing import open_existing
from local.errors import UserError
from local.folder import DataFolder
from tests.serving import serve, start

CREDENTIALS = Credentials("ELSEWHERE", "x")


@pytest.mark.engine("dossiers serve on DynamoDB Local, over HTTP")
def test_a_stack_on_an_existing_engine_keeps_its_data_there_and_leaves_it_running(
    tmp_path: Path, engine: Engine
) -> None:
    existing = replace(engine, credentials=CREDENTIALS)
    created = []
    for _ in range(2):
        with serve(tmp_path, engine=existing) as served:
            served.run("grant", "anna", "g")
            body = '{"person": {"lastname": "Jansen"}}'
            created.append(served.request("POST", "/api/v1/dossier_groups/g/dossiers", body=body).json()["id"])
            listed = [row[0] for row in served.request("GET", "/api/v1/dossiers").json()["rows"]]
            assert sorted(listed) == sorted(created)
            assert not (served.directory / "dynamodb").exists()
        assert served.log.read_text().endswith(f"Stopped. The data are kept in {engine.endpoint}\n")
    assert existing.client().list_tables()["TableNames"] == ["dossiers"]


def test_an_endpoint_that_does_not_respond_is_reported_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no DynamoDB responds at http://127\.0\.0\.1:9: ") as raised:
        open_existing("http://127.0.0.1:9", DataFolder(tmp_path))
    assert "\n" not in str(raised.value)


@pytest.mark.engine("dossiers serve on DynamoDB Local, over HTTP")
def test_a_table_of_another_program_with_the_same_name_is_reported_in_one_line(tmp_path: Path, engine: Engine) -> None:
    existing = replace(engine, credentials=Credentials("OTHERTABLE", "x"))
    existing.client().create_table(
        TableName="dossiers",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    with start(tmp_path, "--sample", engine=existing) as process:
        assert process.wait(40) == 1
    assert (tmp_path / "serve.log").read_text() == (
        "dossiers: DynamoDB failed while the table was prepared: Query: ValidationException\n"
    )
