"""docs/getting-started-aws.md: its commands exist and fit the template, and run here where they need no account."""

import json
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import urllib3
from typer.main import get_command

from cli import main
from local import template
from local.gateway.tokens import AUDIENCE
from tests.docs import aws_cli
from tests.docs.conftest import Stack
from tests.docs.markdown import ROOT, blocks, commands, read, section
from tests.sam import PYTHON

PAGE = read("docs/getting-started-aws.md")
PAGES = {name: read(f"docs/{name}.md") for name in ("getting-started-aws", "deployment", "operations")}
TEMPLATE = template.load()
SCRIPT = "\n".join(blocks(PAGE, "sh"))
AWS_COMMANDS = sorted(
    {command for page in PAGES.values() for command in aws_cli.commands_in("\n".join(blocks(page, "sh")))}
)


def test_the_pages_have_commands_of_the_aws_cli() -> None:
    assert len(AWS_COMMANDS) >= 8
    assert any("admin-initiate-auth" in command for command in AWS_COMMANDS)


@pytest.mark.parametrize("command", AWS_COMMANDS)
def test_the_aws_cli_knows_the_command(command: str) -> None:
    assert aws_cli.problems(command) == []


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("aws cognito-idp admin-make-user", "cognito-idp has no operation admin-make-user"),
        ("aws cognito-idp admin-get-user --username anna", "admin-get-user requires UserPoolId"),
        (
            "aws cognito-idp admin-get-user --user-pool-id x --username a --pool x",
            "admin-get-user has no parameter --pool",
        ),
        (
            "aws cognito-idp admin-create-user --user-pool-id x --username a --message-action NONE",
            "--message-action is not NONE",
        ),
    ],
)
def test_a_wrong_command_would_be_found(command: str, problem: str) -> None:
    assert aws_cli.problems(command) == [problem]


def test_the_outputs_that_the_commands_read_are_the_stacks() -> None:
    read_ = set(re.findall(r"\$\(output (\w+)\)", PAGE))
    assert {"ApiUrl", "SignInUrl", "Issuer"} <= read_
    assert read_ <= TEMPLATE["Outputs"].keys()


def overrides(*texts: str) -> list[tuple[str, str]]:
    """The parameters and their values in the lines for `parameter_overrides` on these pages."""
    lines = [line for text in texts for block in blocks(text, "toml") for line in block.splitlines()]
    values = tomllib.loads("x = [\n" + "\n".join(line for line in lines if line.strip().startswith('"')) + "\n]")["x"]
    return [(name, value) for name, _, value in (each.partition("=") for each in values)]


@pytest.mark.parametrize(("name", "value"), overrides(*PAGES.values()))
def test_the_template_accepts_the_parameters(name: str, value: str) -> None:
    parameter = TEMPLATE["Parameters"][name]
    values = value.split(",") if parameter["Type"] == "CommaDelimitedList" else [value]
    assert all(re.search(parameter.get("AllowedPattern", ""), each) for each in values)


def sam_options(command: str) -> set[str]:
    """The long options of a command of SAM CLI."""
    assert PYTHON.is_file(), "SAM CLI is missing: run `make test`, which installs it into .venv-sam"
    listing = f"from samcli.commands.{command}.command import cli; print(*(o for p in cli.params for o in p.opts))"
    environment = {"SAM_CLI_TELEMETRY": "0"}
    ran = subprocess.run([PYTHON, "-c", listing], env=environment, capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


@pytest.mark.slow
def test_sam_has_the_options() -> None:
    used = [
        shlex.split(line) for page in PAGES.values() for line in commands(page) if line.startswith(".venv-sam/bin/sam ")
    ]
    assert {words[1] for words in used} >= {"deploy", "delete"}
    for _, command, *words in used:
        if command != "local":
            assert {word for word in words if word.startswith("--")} <= sam_options(command)
    assert "--parameter-overrides" in sam_options("deploy")


@pytest.mark.parametrize("command", [command for command in commands(PAGE) if command.startswith(".venv/bin/dossiers")])
def test_the_program_has_the_command(command: str) -> None:
    _, name, *arguments = shlex.split(command)
    program: Any = get_command(main.app)
    assert program.commands[name].make_context(name, arguments).params["table"] == "$TABLE"


def test_the_redirect_uri_is_a_callback_url_of_the_page() -> None:
    callback = dict(overrides(PAGE))["CallbackUrls"]
    assert f"REDIRECT={callback}\n" in SCRIPT


# --- Commands that run here, with the local stack instead of AWS ------------------------------------------------------


def shell(script: str, folder: Path, **variables: str) -> str:
    done = subprocess.run(
        ["/bin/sh", "-euc", script],
        env={"PATH": "/usr/bin:/bin:/usr/local/bin"} | variables,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def a_token(served: Stack, folder: Path) -> str:
    """The token that the commands of the sign-in page get from the local stack, for anna."""
    first, second = blocks(section(PAGE, "Get a token on the sign-in page"), "sh")
    variables = {"SIGN_IN": served.serving.url, "CLIENT": AUDIENCE}
    *_, verifier, address = shell(f"{first}\nprintf '%s\\n' \"$VERIFIER\"", folder, **variables).splitlines()[::-1]
    returned = urllib3.request("GET", f"{address}&user=anna", redirect=False).headers["Location"]
    redirect, _, code = returned.partition("?code=")
    exchange = second.replace("THE_CODE", code) + 'printf %s "$TOKEN"'
    return shell(exchange, folder, REDIRECT=redirect, VERIFIER=verifier, **variables)


def test_the_commands_of_the_sign_in_page_get_a_token_that_the_first_requests_use(
    served: Stack, tmp_path: Path
) -> None:
    variables = {"TOKEN": a_token(served, tmp_path), "API_URL": served.serving.url}
    responses = []
    for command in commands(section(PAGE, "First requests")):
        responses.append(json.loads(shell(f"{command} --silent --show-error", tmp_path, **variables)))
    groups, created, found = responses
    assert ["noord", "manager"] in groups["rows"]
    assert created["id"] in [row[0] for row in found["rows"]]


def test_without_a_token_the_response_is_the_shown_one(served: Stack, tmp_path: Path) -> None:
    (shown,) = blocks(section(PAGE, "Deploy"), "json")
    (curl,) = [command for command in commands(section(PAGE, "Deploy")) if command.startswith("curl ")]
    assert json.loads(shell(f"{curl} --silent", tmp_path, API_URL=served.serving.url)) == json.loads(shown)


def test_the_command_prints_what_a_token_contains(served: Stack, tmp_path: Path) -> None:
    first, _ = blocks(PAGE[PAGE.index("To see what a token contains") : PAGE.index("### Entra ID")], "sh")
    claims: dict[str, Any] = json.loads(shell(first, tmp_path, TOKEN=served.serving.token("anna")))
    assert claims["sub"] == "anna"


def test_the_commands_put_the_outputs_into_the_settings_of_the_example_page(tmp_path: Path) -> None:
    (script,) = blocks(section(PAGE, "Use the example page"), "sh")
    copy, served = script.split("python3 -m http.server")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    outputs = {
        "API_URL": "https://api.example.org",
        "ISSUER": "https://issuer.example.org/pool",
        "CLIENT": "client",
        "SIGN_IN": "https://sign-in.example.org",
    }
    shell(copy, tmp_path, **outputs)
    html = (tmp_path / ".local" / "page" / "index.html").read_text()
    settings = dict(re.findall(r'<meta name="dossiers-([\w-]+)" content="([^"]*)">', html))
    assert settings == {
        "api": outputs["API_URL"],
        "issuer": outputs["ISSUER"],
        "client-id": outputs["CLIENT"],
        "scope": "openid profile",
    }
    assert "connect-src https://api.example.org/ https://issuer.example.org/pool/ https://sign-in.example.org/;" in html
    assert {file.name for file in (tmp_path / ".local" / "page").iterdir()} == {"index.html", "page.css", "page.js"}
    assert " 5500 " in served
