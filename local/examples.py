"""Example requests to a local stack, as shell commands."""

from __future__ import annotations

import shlex
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

from local.folder import DataFolder
from local.sample.users import EXAMPLE_GROUP, EXAMPLE_NAME, EXAMPLE_USER, USERS_IN_WORDS

_CURL = 'curl -H "Authorization: Bearer $TOKEN"'
_BODY = '{"person": {"firstname": "Jan", "lastname": "de Vries", "birthdate": "1980-02-23", "gender": "M"}}'


@dataclass(frozen=True)
class Example:
    """An example request. The command uses the bearer token in the shell variable TOKEN."""

    title: str
    command: str


def requests(url: str) -> list[Example]:
    """Returns the examples for the API at that URL: a list, a search and a create."""
    return [
        Example("List all dossiers that you may see", f"{_CURL} {url}/api/v1/dossiers"),
        Example("Search by the words of a name", f"{_CURL} '{url}/api/v1/dossiers?name={EXAMPLE_NAME}'"),
        Example(
            "Create a dossier",
            f"{_CURL} {url}/api/v1/dossier_groups/{EXAMPLE_GROUP}/dossiers \\\n  -d '{_BODY}'",
        ),
    ]


def as_text(url: str, folder: DataFolder) -> str:
    """Returns what `dossiers serve` prints after the URL: the sample users and the example commands."""
    commands = [token_command(folder), *(request.command for request in requests(url))]
    indented = textwrap.indent("\n".join(commands), "  ")
    try_it = f"To try it, open {url}/ in a browser, or use another terminal. Ctrl-C stops the stack."
    return f"\n{try_it}\n{USERS_IN_WORDS}.\n\n{indented}\n\n"


def token_command(folder: DataFolder) -> str:
    """Returns the command that sets the shell variable TOKEN. It works in any folder."""
    return f"TOKEN=$({_program()} token {EXAMPLE_USER} --data {_quoted(folder)})"


def grant_command(folder: DataFolder) -> str:
    """Returns the command that grants the example group to the example user. It works in any folder."""
    return f"{_program()} grant {EXAMPLE_USER} {EXAMPLE_GROUP} --data {_quoted(folder)}"


def _program() -> str:
    return shlex.quote(str(Path(sys.argv[0]).absolute()))


def _quoted(folder: DataFolder) -> str:
    return shlex.quote(str(folder.path.absolute()))
