"""docs/local-stack.md: its commands of SAM CLI are run, without Docker."""

import json
import re
import shlex
from collections.abc import Iterator
from string import Template

import pytest

from local import template
from local.gateway import server
from tests import sam
from tests.docs.conftest import Stack
from tests.docs.markdown import ROOT, commands, read, section

PAGE = read("docs/local-stack.md")
TEMPLATE = template.load()

COMMANDS = commands(section(PAGE, "One function with SAM CLI"))
CURLS = [command for command in COMMANDS if command.startswith("curl ")]
# `make build` builds what runs in a container; these tests have none.
(SET_UP, INVOKE, START_API) = (
    [command for command in COMMANDS if command.startswith(("ARCHITECTURE=", ".venv/bin/dossiers sam-env", "eval "))],
    next(command for command in COMMANDS if " local invoke " in command),
    next(command for command in COMMANDS if " local start-api " in command),
)


@pytest.fixture(scope="session")
def sam_shell(served: Stack) -> dict[str, str]:
    """The environment of a shell in which the page's commands up to the first of SAM CLI have been run."""
    script = "\n".join(["set -a", *SET_UP, "env -0"])
    printed = served.run_shell(script, ROOT, sam.shell(served.serving.directory))
    return dict(line.split("=", 1) for line in printed.split("\0") if line)


@pytest.fixture(scope="session")
def started_api(served: Stack, sam_shell: dict[str, str]) -> Iterator[str]:
    """The address at which the page's `sam local start-api` serves."""
    _, options = served.real(Template(START_API).substitute(sam_shell)).split(" local start-api ")
    with sam.start_api(*shlex.split(options), environment=sam_shell) as url:
        yield url


def test_sam_local_invoke_returns_200(served: Stack, sam_shell: dict[str, str]) -> None:
    _, arguments = served.real(Template(INVOKE).substitute(sam_shell)).split(" local invoke ")
    response = sam.invoke(*shlex.split(arguments), environment=sam_shell)
    assert response["statusCode"] == 200, response
    assert json.loads(response["body"])["rows"]


@pytest.mark.parametrize("curl", CURLS)
def test_a_curl_command_returns_200_from_sam_local_start_api(served: Stack, started_api: str, curl: str) -> None:
    status, body = served.curl(curl.replace("http://127.0.0.1:3000", started_api))
    assert status == 200, body
    returned = json.loads(body)
    assert returned["id"] if " -d " in curl else returned["rows"]


def test_there_is_a_curl_command_for_a_list_a_search_and_a_create_of_sam_local_start_api() -> None:
    urls = " ".join(CURLS)
    assert all(part in urls for part in ("/api/v1/dossiers ", "?name=", " -d "))


def test_sam_local_invoke_is_shown_with_a_function_and_an_event_of_its_own() -> None:
    routes = {(route.function, route.key) for route in template.routes(TEMPLATE)}
    shown = re.findall(r"sam local invoke (\w+) --event (\S+)", PAGE)
    assert len(shown) == 2
    for function, event in shown:
        assert (function, json.loads(read(event))["routeKey"]) in routes


def test_the_variables_that_sam_cli_gives_a_function_are_those_of_the_template() -> None:
    declared = template.environment(TEMPLATE, "SearchFunction", {template.table_id(TEMPLATE): "table"})
    assert f"declares ({', '.join(f'`{name}`' for name in declared)})" in " ".join(PAGE.split())
    assert set(re.findall(r"^(\w+)=\S+ \S+ local invoke", PAGE, re.MULTILINE)) == {"TABLE_NAME"}


def test_as_many_requests_run_in_parallel_as_it_says() -> None:
    assert f"{server.CONCURRENCY} requests in parallel" in PAGE
