"""README.md: its lists are compared with the code, its commands are run."""

import argparse
import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from string import Template

import pytest

from cli.main import build_parser
from dossiers import items
from dossiers.names import MAX_PAIRED_WORDS, Lookup
from local import template
from local.gateway import tokens
from local.sample import people
from tests import sam
from tests.docs.conftest import Stack
from tests.docs.markdown import ROOT, blocks, code, read, section, table

README = read("README.md")
TEMPLATE = template.load()


def _commands(text: str) -> list[str]:
    """The commands of a block, one a line, without comments."""
    lines = text.replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


TRY = section(README, "Try it")
SHOWN = [command for block in blocks(TRY, "text") + blocks(TRY, "sh") for command in _commands(block)]
CURLS = [command for command in SHOWN if command.startswith("curl ")]
(TOKEN, *_) = [command for command in reversed(SHOWN) if command.startswith("TOKEN=")]


# --- Try it -----------------------------------------------------------------------------------------------------------


def test_serve_prints_what_the_readme_shows(served: Stack, output: list[str]) -> None:
    assert list(served.serving.printed) == served.real("\n".join(output)).split("\n")


@pytest.mark.parametrize("curl", CURLS)
def test_a_curl_line_is_answered_200(served: Stack, curl: str) -> None:
    status, body = _run(served, curl)
    assert status == 200, body
    answered = json.loads(body)
    assert answered["id"] if " -d " in curl else answered["rows"]


def test_there_is_a_curl_line_for_a_list_both_searches_and_a_create() -> None:
    urls = " ".join(CURLS)
    assert all(part in urls for part in ("/api/v1/dossiers ", "?name=", "?external_identifier=", "Idempotency-Key: "))


def test_the_create_can_be_sent_again(served: Stack) -> None:
    (create,) = [curl for curl in CURLS if "Idempotency-Key" in curl]
    assert _run(served, create) == _run(served, create)


def test_the_answer_that_is_shown_is_the_answer(served: Stack) -> None:
    (shown,) = blocks(TRY, "json")
    (search,) = [curl for curl in CURLS if "bjorn" in curl]
    assert _without_ids(_run(served, search)[1]) == _without_ids(shown)


def test_the_sample_data_are_as_many_as_it_says() -> None:
    assert len(people.GROUPS) == 3
    assert f"{len(list(people.samples()))} made-up dossiers in three groups" in " ".join(TRY.split())


def _run(served: Stack, curl: str) -> tuple[int, str]:
    script = f"{TOKEN}\n{curl} --silent --show-error --write-out '\\n%{{http_code}}'"
    done = subprocess.run(
        ["/bin/sh", "-ec", served.real(script)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=served.serving.directory,
    )
    body, _, status = done.stdout.rpartition("\n")
    return int(status), body


def _without_ids(body: str) -> object:
    answered = json.loads(body)
    return answered["headers"], [row[1:] for row in answered["rows"]]


# --- Deploy it --------------------------------------------------------------------------------------------------------


def test_the_outputs_that_the_commands_ask_for_are_the_stacks() -> None:
    asked = set(re.findall(r"\$\(output (\w+)\)", README))
    assert asked
    assert asked <= TEMPLATE["Outputs"].keys()


# --- One function at a time -------------------------------------------------------------------------------------------

ONE = section(README, "One function at a time")
SAM_SHOWN = [command for block in blocks(ONE, "sh") for command in _commands(block)]
SAM_CURLS = [command for command in SAM_SHOWN if command.startswith("curl ")]
# `make build` builds what runs in a container; these tests have none.
(SET_UP, INVOKE, START_API) = (
    [command for command in SAM_SHOWN if command.startswith(("ARCHITECTURE=", ".venv/bin/dossiers sam-env", "eval "))],
    next(command for command in SAM_SHOWN if " local invoke " in command),
    next(command for command in SAM_SHOWN if " local start-api " in command),
)


@pytest.fixture(scope="session")
def sam_shell(served: Stack) -> dict[str, str]:
    """The environment of a shell in which the README's commands up to the first of SAM CLI have been run."""
    script = "\n".join(["set -a", *SET_UP, "env -0"])
    ran = subprocess.run(
        ["/bin/sh", "-ec", served.real(script)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        env=sam.shell(served.serving.directory),
    )
    return dict(line.split("=", 1) for line in ran.stdout.split("\0") if line)


@pytest.fixture(scope="session")
def started_api(served: Stack, sam_shell: dict[str, str]) -> Iterator[str]:
    """The address at which the README's `sam local start-api` serves."""
    _, options = served.real(Template(START_API).substitute(sam_shell)).split(" local start-api ")
    with sam.start_api(*shlex.split(options), environment=sam_shell) as url:
        yield url


def test_the_sam_local_invoke_that_is_shown_is_answered_200(served: Stack, sam_shell: dict[str, str]) -> None:
    _, arguments = served.real(Template(INVOKE).substitute(sam_shell)).split(" local invoke ")
    response = sam.invoke(*shlex.split(arguments), environment=sam_shell)
    assert response["statusCode"] == 200, response
    assert json.loads(response["body"])["rows"]


@pytest.mark.parametrize("curl", SAM_CURLS)
def test_a_curl_line_is_answered_200_by_sam_local_start_api(served: Stack, started_api: str, curl: str) -> None:
    status, body = _run(served, curl.replace("http://127.0.0.1:3000", started_api))
    assert status == 200, body
    answered = json.loads(body)
    assert answered["id"] if " -d " in curl else answered["rows"]


def test_there_is_a_curl_line_for_a_list_a_search_and_a_create_of_sam_local_start_api() -> None:
    urls = " ".join(SAM_CURLS)
    assert all(part in urls for part in ("/api/v1/dossiers ", "?name=", " -d "))


def test_sam_local_invoke_is_shown_with_a_function_and_an_event_of_its_own() -> None:
    routes = {(route.function, route.key) for route in template.routes(TEMPLATE)}
    shown = re.findall(r"sam local invoke (\w+) --event (\S+)", ONE)
    assert len(shown) == 2
    for function, event in shown:
        assert (function, json.loads(read(event))["routeKey"]) in routes


def test_the_readme_says_which_variables_sam_cli_gives_a_function() -> None:
    declared = template.environment(TEMPLATE, "SearchFunction", {template.table_id(TEMPLATE): "table"})
    assert f"declares ({', '.join(f'`{name}`' for name in declared)})" in " ".join(ONE.split())
    assert set(re.findall(r"^(\w+)=\S+ \S+ local invoke", ONE, re.MULTILINE)) == {"TABLE_NAME"}


# --- The table --------------------------------------------------------------------------------------------------------


def test_the_chart_of_items_is_that_of_the_code() -> None:
    now = datetime.now(UTC)
    fresh = {
        "dossier": items.dossier("<group>", "<id>", "", external_identifier="x", created_at=now, created_by=""),
        "name": next(put for put in items.name("<group>", {"a", "b", "c"}, "<id>", "") if "words" in put.item),
        "identifier": items.identifier("<group>", "<identifier>", ""),
        "idempotency": items.idempotency(items.idempotency_key("<group>", "", ""), "", "", now=0, expires_at=0),
        "person": items.person("<id>", {}, {"a"}),
    }
    made = {name: put.item for name, put in fresh.items()}
    made["name"] |= items.named("<group>", Lookup("<a>", "<b>")).at("<id>")._asdict()
    made["grant"] = items.grant("<user>", "<group>", now, "")

    chart = {name: (code(pk), code(sk), holds) for name, pk, sk, holds in table(section(README, "The table"))}
    assert chart.keys() == made.keys()
    for name, (pk, sk, holds) in chart.items():
        pattern = re.escape(pk).replace("<hash>", "[0-9a-f]{64}")
        assert re.fullmatch(pattern, str(made[name]["pk"])), name
        assert sk == made[name]["sk"]
        assert set(re.findall(r"`(\w+)`", holds)) == made[name].keys() - {"pk", "sk"}
    assert f"more than {MAX_PAIRED_WORDS} different words" in section(README, "The table")


# --- The command line -------------------------------------------------------------------------------------------------


def _parsers() -> list[tuple[str, argparse.ArgumentParser]]:
    (commands,) = [action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return list(commands.choices.items())


def _synopses() -> dict[str, str]:
    rows = table(section(README, "The command line"))
    return {code(synopsis).split()[1]: code(synopsis).replace("\\|", "|") for synopsis, _ in rows}


def test_every_command_is_in_the_readme_and_no_other() -> None:
    assert list(_synopses()) == [name for name, _ in _parsers()]


@pytest.mark.parametrize(("name", "parser"), _parsers())
def test_a_command_is_shown_with_all_its_options_and_arguments(name: str, parser: argparse.ArgumentParser) -> None:
    shown = set(re.findall(r"--[\w-]+|[A-Z]+", _synopses()[name]))
    expected = set()
    for action in parser._actions:
        if "--help" not in action.option_strings:
            expected |= set(action.option_strings)
            if action.nargs != 0:
                expected |= {str(action.metavar or action.dest.upper())}
    assert shown == expected


def test_a_token_lives_as_long_as_it_says() -> None:
    hours = tokens.LIFETIME.total_seconds() / 3600
    assert f"for {hours:.0f} hours" in section(README, "The command line")


# --- Configuration ----------------------------------------------------------------------------------------------------


def _tables(heading: str) -> list[list[list[str]]]:
    parts = re.split(r"\n\n", section(README, heading))
    return [table(part) for part in parts if part.lstrip().startswith("|")]


def test_every_parameter_of_the_template_is_in_the_readme_with_its_default() -> None:
    shown = {code(name): code(default) if default else "" for name, default, _ in _tables("Configuration")[0]}
    assert shown == {name: str(parameter["Default"]) for name, parameter in TEMPLATE["Parameters"].items()}


def test_every_output_of_the_template_is_in_the_readme() -> None:
    assert [code(name) for name, _ in _tables("Configuration")[1]] == list(TEMPLATE["Outputs"])


def test_every_environment_variable_of_the_functions_is_in_the_readme() -> None:
    functions = {route.function for route in template.routes(TEMPLATE)}
    values = {template.table_id(TEMPLATE): "table"}
    declared = {name for function in functions for name in template.environment(TEMPLATE, function, values)}
    assert {code(name) for name, _ in _tables("Configuration")[2]} == declared


# --- Map and development ----------------------------------------------------------------------------------------------


def test_every_folder_is_on_the_map() -> None:
    folders = {path.name for path in ROOT.iterdir() if not path.name.startswith(".") and any(path.glob("*"))}
    shown = {link.split("/")[0] for link in re.findall(r"\]\(([^)]+)\)", section(README, "Map"))}
    assert {folder for folder in folders if not folder.endswith(".egg-info")} <= shown


def test_every_folder_of_tests_is_described() -> None:
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert folders <= set(re.findall(r"\[\w+\]\(tests/(\w+)\) \|", section(README, "Development")))


def test_every_make_target_is_in_the_readme() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.MULTILINE)
    assert [code(target) for target, _ in table(section(README, "Development"))] == [f"make {name}" for name in targets]


def test_every_make_command_is_a_target() -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    used = set(re.findall(r"`make ([a-z-]+)", README))
    for block in blocks(README, "sh"):
        used |= {command.split()[1] for command in _commands(block) if command.startswith("make ")}
    assert used <= targets
