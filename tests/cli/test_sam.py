"""The functions under `sam local invoke`: what SAM CLI gives them, from the template, the shell and `--env-vars`."""

import json
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from cli import sam as commands
from local import template
from local.engine.credentials import Credentials
from local.engine.engine import Engine
from local.stack import Stack
from tests import sam
from tests.serving import Serving

ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB"
TEMPLATE = template.load()
ROUTES = template.routes(TEMPLATE)
DECLARED = template.environment(TEMPLATE, ROUTES[0].function, {template.table_id(TEMPLATE): "patients"}).keys()
EVENTS = {
    **{"IndexFunction": "index", "SearchFunction": "group_index", "GroupsFunction": "groups"},
    **{"CreateFunction": "create", "ShowFunction": "show", "UpdateFunction": "update", "DeleteFunction": "delete"},
}
NOORD = "/api/v1/dossier_groups/noord/dossiers"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stack(served: Serving) -> Serving:
    """A stack with two dossiers in the group `noord`, of which anna is a manager."""
    served.run("grant", "anna", "noord", "--role", "manager")
    for number in range(2):
        body = json.dumps({"person": {"lastname": f"Jansen {number}"}})
        assert served.request("POST", NOORD, body=body).status == 200
    return served


@pytest.fixture(scope="module")
def env_vars(stack: Serving) -> Path:
    """The file that `sam local --env-vars` reads."""
    file = stack.directory.parent / "sam-env.json"
    file.write_text(stack.run("sam-env"))
    return file


@pytest.fixture(scope="module")
def credentials_environment(stack: Serving) -> Callable[..., dict[str, str]]:
    """The environment of a shell in which the stack's credentials have been exported."""

    def environment(**variables: str) -> dict[str, str]:
        script = f"eval {shlex.quote(stack.run('credentials'))}\nenv -0"
        shell = sam.shell(stack.directory, **variables)
        ran = subprocess.run(["/bin/sh", "-ec", script], env=shell, capture_output=True, text=True, check=True)
        return dict(line.split("=", 1) for line in ran.stdout.split("\0") if line)

    return environment


def containers(*options: object, environment: dict[str, str]) -> Any:
    """What SAM CLI would start the functions' containers with."""
    return sam.invoke(ROUTES[0].function, *options, environment=environment, run="variables")


def each_functions_variables(*options: object, environment: dict[str, str]) -> list[dict[str, str]]:
    variables = containers(*options, environment=environment)["variables"]
    assert variables.keys() == {route.function for route in ROUTES}
    return list(variables.values())


def test_no_variable_is_empty_but_the_endpoint(tmp_path: Path) -> None:
    for variables in each_functions_variables(environment=sam.shell(tmp_path)):
        assert {name for name, value in variables.items() if not value} == {ENDPOINT}


def test_the_table_on_aws_is_the_one_that_the_shell_names(tmp_path: Path) -> None:
    for variables in each_functions_variables(environment=sam.shell(tmp_path, TABLE_NAME="patients")):
        assert variables["TABLE_NAME"] == "patients"


def test_certificates_of_the_shell_are_not_passed_on(tmp_path: Path) -> None:
    # A container does not have the file.
    for variables in each_functions_variables(environment=sam.shell(tmp_path, AWS_CA_BUNDLE="/etc/ssl/proxy.pem")):
        assert "AWS_CA_BUNDLE" not in variables


@pytest.mark.parametrize(
    "shell",
    [
        pytest.param({}, id="a shell without settings"),
        pytest.param(
            {
                "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE",
                "AWS_SECRET_ACCESS_KEY": "secret",
                "AWS_SESSION_TOKEN": "token",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_REGION": "us-east-1",
                "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:9",
                "AWS_CA_BUNDLE": "/etc/ssl/proxy.pem",
                "TABLE_NAME": "patients",
            },
            id="a shell set up for an account",
        ),
    ],
)
def test_the_printed_json_and_credentials_lead_every_function_to_the_stack(
    stack: Serving, env_vars: Path, credentials_environment: Callable[..., dict[str, str]], shell: dict[str, str]
) -> None:
    running = json.loads((stack.directory / "stack.json").read_text())
    started = containers("--env-vars", env_vars, environment=credentials_environment(**shell))
    for variables in started["variables"].values():
        assert (
            variables.items()
            >= {
                "TABLE_NAME": running["table"],
                ENDPOINT: running["endpoint"].replace("127.0.0.1", "host.docker.internal"),
                "AWS_ACCESS_KEY_ID": running["access_key"],
                "AWS_SECRET_ACCESS_KEY": running["secret_key"],
                "AWS_REGION": running["region"],
            }.items()
        )
        assert "AWS_SESSION_TOKEN" not in variables
        assert all(variables.values())
    assert started["hosts"] == {"host.docker.internal": "host-gateway"}


def test_the_printed_json_sets_only_variables_that_the_template_declares(env_vars: Path) -> None:
    # SAM CLI drops others silently.
    assert json.loads(env_vars.read_text())["Parameters"].keys() <= DECLARED


@pytest.mark.parametrize("function", EVENTS)
def test_sam_local_invoke_plays_an_event_through_a_function(
    function: str,
    stack: Serving,
    env_vars: Path,
    credentials_environment: Callable[..., dict[str, str]],
    tmp_path: Path,
) -> None:
    text = (sam.ROOT / "events" / f"{EVENTS[function]}.json").read_text(encoding="utf-8")
    sample = json.loads(text).get("pathParameters", {}).get("dossier_id")
    if sample is not None:
        # The stack has no sample data.
        created = stack.request("POST", NOORD, body=json.dumps({"person": {"lastname": "Bakker"}}))
        text = text.replace(sample, created.json()["id"])
    event = tmp_path / "event.json"
    event.write_text(text, encoding="utf-8")
    response = sam.invoke(function, "--event", event, "--env-vars", env_vars, environment=credentials_environment())
    assert response["statusCode"] == (204 if function == "DeleteFunction" else 200), response


@pytest.fixture(scope="module")
def start_api(env_vars: Path, credentials_environment: Callable[..., dict[str, str]]) -> Iterator[str]:
    """The address of `sam local start-api` on the stack."""
    with sam.start_api("--env-vars", env_vars, environment=credentials_environment()) as url:
        yield url


@pytest.fixture
def authorization(stack: Serving) -> dict[str, str]:
    return {"Authorization": f"Bearer {stack.token('anna')}"}


def request(method: str, url: str, headers: dict[str, str], **options: Any) -> urllib3.BaseHTTPResponse:
    return urllib3.request(method, url, headers=headers, retries=False, timeout=30, **options)


def test_sam_local_start_api_serves_the_user_of_the_token(start_api: str, authorization: dict[str, str]) -> None:
    body = json.dumps({"person": {"lastname": "Visser"}})
    created = request("POST", start_api + NOORD, authorization, body=body)
    assert created.status == 200, created.data
    found = request("GET", f"{start_api}/api/v1/dossiers?name=visser", authorization)
    assert (found.status, [row[0] for row in found.json()["rows"]]) == (200, [created.json()["id"]])


def test_sam_local_start_api_without_a_token_is_unauthorized(start_api: str) -> None:
    assert request("GET", start_api + NOORD, {}).status == 401


def test_sam_local_start_api_links_to_itself(start_api: str, authorization: dict[str, str]) -> None:
    first = request("GET", f"{start_api}{NOORD}?limit=1", authorization)
    (link,) = re.findall(r"<(.+)>; rel=", first.headers["link"])
    second = request("GET", link, authorization)
    assert second.status == 200
    assert second.json()["rows"] != first.json()["rows"]


def a_stack(endpoint: str = "http://127.0.0.1:8000", session_token: str | None = None) -> Stack:
    credentials = Credentials("key", "it's secret", session_token)
    return Stack("http://127.0.0.1:1", Engine(endpoint, credentials, "eu-west-1"), "dossiers")


@pytest.mark.parametrize(
    ("endpoint", "seen_from_a_container"),
    [
        ("http://127.0.0.1:8000", "http://host.docker.internal:8000"),
        ("http://localhost:8000", "http://host.docker.internal:8000"),
        ("http://[::1]:8000/", "http://host.docker.internal:8000/"),
        ("http://localhost", "http://host.docker.internal"),
        ("http://dynamodb.example.org:8000", "http://dynamodb.example.org:8000"),
    ],
)
def test_an_engine_on_this_machine_has_another_name_in_a_container(endpoint: str, seen_from_a_container: str) -> None:
    printed = json.loads(commands.env_vars(a_stack(endpoint)))
    assert printed["Parameters"][ENDPOINT] == seen_from_a_container


def test_credentials_are_printed_for_a_shell() -> None:
    assert "export AWS_SECRET_ACCESS_KEY='it'\"'\"'s secret'\n" in commands.exports(a_stack())


def test_a_session_token_of_the_stack_is_exported() -> None:
    printed = commands.exports(a_stack(session_token="token")).splitlines()
    assert "export AWS_SESSION_TOKEN=token" in printed
    assert "unset AWS_SESSION_TOKEN" not in printed
