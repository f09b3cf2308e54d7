"""docs/cli.md: every command with its options, and no other; and the examples, which run."""

import json
import re
from pathlib import Path

import pytest
from typer.main import get_command

from cli.arguments import PLACE, TOKEN_VARIABLE, URL_VARIABLE
from cli.main import app
from dossiers.domain.content import PERSON_FIELDS
from dossiers.usecases.creating import KEY_LIFETIME
from local.gateway import tokens
from tests.docs.conftest import Stack
from tests.docs.markdown import code, commands, read, section, table

PAGE = read("docs/cli.md")
SECTIONS = ("Local stack", "Dossiers", "Import and export", "Access and maintenance")
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


def _synopses() -> dict[str, str]:
    rows = [row for title in SECTIONS for row in table(section(PAGE, title))]
    return {code(synopsis).split()[1]: code(synopsis).replace("\\|", "|") for synopsis, _ in rows}


def _panel(parameter: object) -> str | None:
    return getattr(parameter, "rich_help_panel", None)


def test_every_command_is_documented_and_no_other() -> None:
    assert sorted(_synopses()) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_shown_with_all_its_options_and_arguments(name: str) -> None:
    shown = set(re.findall(r"--[\w-]+|[A-Z]+", _synopses()[name]))
    expected = set()
    for parameter in COMMANDS[name].params:
        panel = _panel(parameter)
        if panel == PLACE:
            expected |= {"PLACE"}
        elif panel == "Fields":
            expected |= {"--FIELD", "FIELD", "TEXT"} if name == "create" else {"--FIELD", "TEXT"}
        else:
            expected |= {option for option in [*parameter.opts, *parameter.secondary_opts] if option.startswith("--")}
            if not getattr(parameter, "is_flag", False):
                expected |= set(re.findall("[A-Z]+", parameter.metavar))
    assert shown - {"FIELD"} == expected - {"FIELD"}


def test_the_options_that_select_a_place_are_shown_for_each_command() -> None:
    shown: dict[str, set[str]] = {name: set() for name in COMMANDS}
    for options, _, names in table(section(PAGE, "Where the dossiers are")):
        for name in re.findall(r"`([\w-]+)`", names):
            shown[name] |= set(re.findall(r"--[\w-]+", code(options)))
    for name, command in COMMANDS.items():
        place = {option for parameter in command.params if _panel(parameter) == PLACE for option in parameter.opts}
        assert shown[name] == place, name


def test_every_field_is_shown_as_an_option() -> None:
    paragraph = next(text for text in PAGE.split("\n\n") if text.startswith("`--FIELD` is one of"))
    options = [f"--{field.replace('_', '-')}" for field in ("external_identifier", *PERSON_FIELDS)]
    assert re.findall(r"`(--[a-z-]+)`", paragraph) == options


def test_the_options_of_the_program_itself_are_shown() -> None:
    for parameter in get_command(app).params:
        assert all(f"{option}`" in PAGE or f"{option}\n" in PAGE for option in parameter.opts), parameter.opts


def test_the_variables_are_shown() -> None:
    assert all(f"`{name}`" in PAGE for name in (URL_VARIABLE, TOKEN_VARIABLE, "NO_COLOR"))


def test_times_are_those_of_the_code() -> None:
    assert f"for {tokens.LIFETIME.total_seconds() / 3600:.0f} hours" in PAGE
    assert f"for {KEY_LIFETIME.total_seconds() / 3600:.0f} hours" in PAGE


def test_the_examples_run(served: Stack, tmp_path: Path) -> None:
    printed = served.run_shell("\n".join(commands(section(PAGE, "Examples"))), tmp_path)
    assert "Bjørn\tØdegård\n" in printed
    assert "lastname\tvan Duren\n" in printed
    assert "city\tUtrecht\n" in printed
    assert printed.splitlines()[-1].endswith(" existed, 0 rejected")
    lines = (tmp_path / "noord.ndjson").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 50
    assert all("dossier_id" in json.loads(line) for line in lines)
