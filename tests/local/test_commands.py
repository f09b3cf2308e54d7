"""The commands of the program `dossiers`, beside a stack that serves and without one."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest
import urllib3
from moto import mock_aws

from local.cli import main
from local.template import create_table
from tests.local.stack import Stack, dossiers, serving

SERVED = pytest.mark.engine("dossiers serve on DynamoDB Local, over HTTP")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with serving(tmp_path_factory.mktemp("stack") / "data", "--no-sample") as stack:
        yield stack


@SERVED
def test_a_grant_works_at_once_and_so_does_taking_it_away(stack: Stack) -> None:
    path = "/api/v1/dossier_groups/g/dossiers"
    assert stack.request("GET", path, "bram").status == 404
    assert stack.run("grant", "bram", "g") == ""
    assert stack.request("GET", path, "bram").status == 200
    assert stack.run("revoke", "bram", "g") == ""
    assert stack.request("GET", path, "bram").status == 404


@SERVED
def test_access_prints_the_granted_groups_one_a_line(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grant", "carol", "oost", "noord", "--data", str(stack.folder)]) == 0
    assert main(["access", "carol", "--data", str(stack.folder)]) == 0
    assert capsys.readouterr().out == "noord\noost\n"


@SERVED
def test_token_prints_a_token_that_the_stack_takes_and_nothing_else(stack: Stack) -> None:
    printed = stack.run("token", "anna")
    assert printed.count("\n") == 1
    assert jwt.decode(printed.strip(), options={"verify_signature": False})["sub"] == "anna"


@SERVED
def test_a_folder_is_served_by_one_process_at_a_time(stack: Stack) -> None:
    second = dossiers("serve", "--port", 0, "--data", stack.folder)
    assert second.returncode == 1
    assert second.stderr == f"dossiers: {stack.folder} is served already, by process {stack.process.pid}\n"
    assert stack.request("GET", "/api/v1/dossiers").status == 200


@SERVED
def test_everything_secret_is_readable_by_the_user_alone(stack: Stack) -> None:
    files = [path for path in stack.folder.rglob("*") if path.suffix in (".json", ".pem")]
    assert {path.name for path in files} == {"credentials.json", "signing-key.pem", "stack.json"}
    assert {path.stat().st_mode & 0o077 for path in [*files, stack.folder]} == {0}


@SERVED
def test_it_listens_on_this_machine_alone(stack: Stack) -> None:
    with socket.socket() as elsewhere:
        elsewhere.settimeout(5)
        # Another address of the loopback: open if the socket were bound to all.
        with pytest.raises(OSError):  # noqa: PT011 - refused or unreachable, as the system says it
            elsewhere.connect(("127.0.0.2", stack.port))


@SERVED
def test_nothing_of_a_request_but_its_route_is_logged(stack: Stack) -> None:
    stack.request("GET", "/api/v1/dossiers?name=Geheimenburg")
    stack.request("GET", "/Geheimenburg")
    logged = stack.errors.read_text()
    assert "GET /api/v1/dossiers 200" in logged
    assert "GET (no route) 404" in logged
    assert "Geheimenburg" not in logged


_COMMANDS = [
    ("token", "anna"),
    ("grant", "anna", "g"),
    ("revoke", "anna", "g"),
    ("access", "anna"),
    ("reindex",),
    ("sam-env",),
    ("credentials",),
]


@pytest.mark.parametrize("command", _COMMANDS, ids=" ".join)
@pytest.mark.parametrize("folder", ["empty", "missing", "file", "file/below"])
def test_a_command_on_a_folder_that_no_stack_ever_used_fails_in_one_line_and_creates_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...], folder: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    data = tmp_path / folder
    assert main([*command, "--data", str(data)]) == 1
    assert capsys.readouterr() == (
        "",
        f"dossiers: nothing serves {data}: start it with `dossiers serve --data {data}`\n",
    )
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["empty", "file"]


@SERVED
def test_a_token_printed_while_the_stack_is_stopped_is_accepted_when_it_serves_again(tmp_path: Path) -> None:
    with serving(tmp_path / "data"):
        pass
    token = dossiers("token", "anna", "--data", tmp_path / "data")
    assert (token.returncode, token.stderr) == (0, "")
    with serving(tmp_path / "data") as again:
        response = urllib3.request(
            "GET", f"{again.url}/api/v1/dossiers", headers={"Authorization": f"Bearer {token.stdout.strip()}"}
        )
        assert response.status == 200


def test_what_a_killed_stack_left_behind_is_not_taken_for_one_that_serves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "serve.lock").write_text("1")
    (tmp_path / "stack.json").write_text("{}")
    assert main(["access", "anna", "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith(f"dossiers: nothing serves {tmp_path}")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["grant", "anna", "two words", "--table", "t"], "'two words' is not a dossier group"),
        (["grant", "anna", "x" * 65, "--table", "t"], "is not a dossier group"),
        (["grant", "", "g", "--table", "t"], "'' is not a user"),
        (["token", "a\x00b", "--data", "d"], "'a\\x00b' is not a user"),
        (["token", "x" * 256, "--data", "d"], "is not a user"),
        (["serve", "--data", "d", "--port", "65536"], "'65536' is not a port"),
        (["serve"], "--data"),
        (["grant", "anna", "--table", "t"], "GROUP"),
        (["sam-env"], "--data"),
        (["credentials"], "--data"),
        (["access", "anna"], "one of the arguments --data --table is required"),
        (["reindex"], "one of the arguments --data --table is required"),
        (["access", "anna", "--data", "d", "--table", "t"], "not allowed with argument"),
        ([], "COMMAND"),
    ],
)
def test_a_wrong_usage_exits_with_2_and_names_what_is_wrong(
    capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    with pytest.raises(SystemExit) as exited:
        main(arguments)
    assert exited.value.code == 2
    assert complaint in capsys.readouterr().err


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An account at moto's AWS with one table, `patients`."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    with mock_aws():
        import boto3  # noqa: PLC0415 - made after the mock is in place

        create_table(boto3.client("dynamodb"), "patients")
        yield


@pytest.mark.engine("moto")
@pytest.mark.usefixtures("aws")
def test_with_a_table_it_works_on_aws(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grant", "anna", "noord", "oost", "--table", "patients"]) == 0
    assert main(["revoke", "anna", "noord", "--table", "patients"]) == 0
    assert main(["access", "anna", "--table", "patients"]) == 0
    assert capsys.readouterr().out == "oost\n"


@pytest.mark.engine("moto")
@pytest.mark.usefixtures("aws")
def test_a_table_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["access", "anna", "--table", "elsewhere"]) == 1
    assert capsys.readouterr().err == "dossiers: there is no table 'elsewhere' in eu-west-1 of this account\n"


def test_missing_aws_credentials_are_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    assert main(["access", "anna", "--table", "patients"]) == 1
    assert capsys.readouterr().err == "dossiers: AWS cannot be used: Unable to locate credentials\n"


def test_a_missing_region_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    assert main(["access", "anna", "--table", "patients"]) == 1
    assert capsys.readouterr().err == "dossiers: AWS cannot be used: You must specify a region.\n"
