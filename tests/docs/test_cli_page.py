"""docs/cli.md: every command with its options, and no other."""

import argparse
import re

import pytest

from cli.main import build_parser
from local.gateway import tokens
from tests.docs.markdown import code, read, table

PAGE = read("docs/cli.md")


def _parsers() -> dict[str, argparse.ArgumentParser]:
    (commands,) = [action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(commands.choices)


def _synopses() -> dict[str, str]:
    return {code(synopsis).split()[1]: code(synopsis).replace("\\|", "|") for synopsis, _ in table(PAGE)}


def test_every_command_is_documented_and_no_other() -> None:
    assert list(_synopses()) == list(_parsers())


@pytest.mark.parametrize(("name", "parser"), _parsers().items())
def test_a_command_is_shown_with_all_its_options_and_arguments(name: str, parser: argparse.ArgumentParser) -> None:
    shown = set(re.findall(r"--[\w-]+|[A-Z]+", _synopses()[name]))
    expected = set()
    for action in parser._actions:
        if "--help" not in action.option_strings:
            expected |= set(action.option_strings)
            if action.nargs != 0:
                expected |= {str(action.metavar or action.dest.upper())}
    assert shown == expected


def test_a_token_is_valid_for_as_long_as_it_says() -> None:
    assert f"for {tokens.LIFETIME.total_seconds() / 3600:.0f} hours" in PAGE
