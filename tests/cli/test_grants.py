"""`dossiers grant`, `revoke` and `access`, on a local stack and on AWS."""

import os
from collections.abc import Iterator

import pytest
from moto import mock_aws

from cli.main import main
from local.engine.table import create_table
from tests.serving import Serving


def test_grants_and_revocations_take_effect_at_the_next_request(served: Serving) -> None:
    path = "/api/v1/dossier_groups/g/dossiers"
    assert served.request("GET", path, "bram").status == 404
    assert served.run("grant", "bram", "g") == ""
    assert served.request("GET", path, "bram").status == 200
    assert served.run("revoke", "bram", "g") == ""
    assert served.request("GET", path, "bram").status == 404


def test_access_prints_the_granted_groups_with_their_roles_one_a_line(served: Serving) -> None:
    served.run("grant", "carol", "oost", "noord")
    served.run("grant", "carol", "zuid", "--role", "manager")
    assert served.run("access", "carol") == "noord\teditor\noost\teditor\nzuid\tmanager"
    assert served.run("access", "nobody") == ""


def test_access_of_a_group_prints_its_users_with_their_roles_one_a_line(served: Serving) -> None:
    served.run("grant", "dirk", "west", "--role", "reader")
    served.run("grant", "carol", "west", "westerly", "wes")
    served.run("grant", "eva#GROUP#west", "westerly", "--role", "manager")
    assert served.run("access", "--group", "west") == "carol\teditor\ndirk\treader"
    assert served.run("access", "--group", "westerly") == "carol\teditor\neva#GROUP#west\tmanager"
    assert served.run("access", "--group", "elsewhere") == ""


def test_a_second_grant_replaces_the_role(served: Serving) -> None:
    for arguments, role in (((), "editor"), (("--role", "reader"), "reader"), (("--role", "manager"), "manager")):
        served.run("grant", "frits", "oost", *arguments)
        assert served.run("access", "frits") == f"oost\t{role}"


@pytest.mark.parametrize(
    ("role", "statuses"), [("reader", [200, 403, 403]), ("editor", [200, 200, 403]), ("manager", [200, 200, 204])]
)
def test_a_role_permits_what_it_says(served: Serving, role: str, statuses: list[int]) -> None:
    path = "/api/v1/dossier_groups/roles/dossiers"
    served.run("grant", "gerda", "roles", "--role", "editor")
    created = served.request("POST", path, "gerda", body='{"person": {"lastname": "Jansen"}}').json()["id"]
    served.run("grant", "gerda", "roles", "--role", role)
    requests = [("GET", None), ("PATCH", '{"person": {"firstname": "Jan"}}'), ("DELETE", None)]
    assert [
        served.request(method, f"{path}/{created}", "gerda", body=body).status for method, body in requests
    ] == statuses


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An account at moto's AWS with one table, `patients`."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    with mock_aws():
        import boto3  # noqa: PLC0415 - after the mock is in place

        create_table(boto3.client("dynamodb"), "patients")
        yield


@pytest.mark.engine("moto")
@pytest.mark.usefixtures("aws")
def test_with_a_table_the_commands_work_on_aws(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grant", "anna", "noord", "oost", "--table", "patients"]) == 0
    assert main(["revoke", "anna", "noord", "--table", "patients"]) == 0
    assert main(["access", "anna", "--table", "patients"]) == 0
    assert main(["access", "--group", "oost", "--table", "patients"]) == 0
    assert capsys.readouterr().out == "oost\teditor\nanna\teditor\n"


@pytest.mark.engine("moto")
@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("command", ["grant", "access"])
def test_a_table_that_does_not_exist_is_reported_in_one_line(capsys: pytest.CaptureFixture[str], command: str) -> None:
    groups = ["g"] if command == "grant" else []
    assert main([command, "anna", *groups, "--table", "elsewhere"]) == 1
    assert capsys.readouterr() == ("", "dossiers: there is no table 'elsewhere' in eu-west-1 of this account\n")


@pytest.fixture
def no_aws(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A shell without any setting of AWS."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    return monkeypatch


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"AWS_DEFAULT_REGION": "eu-west-1"}, "Unable to locate credentials"),
        ({"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}, "You must specify a region."),
        ({"AWS_PROFILE": "work"}, "The config profile (work) could not be found"),
    ],
)
def test_missing_settings_of_aws_are_reported_in_one_line(
    capsys: pytest.CaptureFixture[str], no_aws: pytest.MonkeyPatch, variables: dict[str, str], message: str
) -> None:
    for name, value in variables.items():
        no_aws.setenv(name, value)
    assert main(["access", "anna", "--table", "patients"]) == 1
    assert capsys.readouterr() == ("", f"dossiers: AWS cannot be used: {message}\n")
