"""Example requests to a local stack, as shell commands."""

from __future__ import annotations

import shlex
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

from dossiers.domain.roles import Role
from local.folder import DataFolder
from local.sample.users import EXAMPLE_GROUP, EXAMPLE_NAME, EXAMPLE_USER, USERS_IN_WORDS

_CURL = 'curl -H "Authorization: Bearer $TOKEN"'
_CREATE = '{"person": {"firstname": "Jan", "lastname": "Muler", "birthdate": "1980-02-23", "gender": "M"}}'
_CORRECT = '{"person": {"lastname": "Müller"}}'
_NEW_NAME = "jan+mueller"


@dataclass(frozen=True)
class Example:
    """An example request. The command uses the bearer token in the shell variable TOKEN.

    The command that creates a dossier sets the shell variable ID, and the commands after it use that variable.
    """

    title: str
    command: str


def requests(url: str) -> list[Example]:
    """Returns the examples for the API at that URL, to be run one after the other in one shell."""
    dossiers = f"{url}/api/v1/dossier_groups/{EXAMPLE_GROUP}/dossiers"
    dossier = f"{dossiers}/$ID"
    return [
        Example("List all dossiers that you may see", f"{_CURL} {url}/api/v1/dossiers"),
        Example("Search by the words of a name", f"{_CURL} '{url}/api/v1/dossiers?name={EXAMPLE_NAME}'"),
        Example(
            "Create a dossier, and keep its id",
            # The response is {"id": "…"}: the id is the fourth part between quotation marks.
            f"ID=$({_CURL} -sS {dossiers} \\\n  -d '{_CREATE}' \\\n  | cut -d '\"' -f 4); echo $ID",
        ),
        Example("Show the dossier", f"{_CURL} {dossier}"),
        Example("Correct the last name", f"{_CURL} -X PATCH {dossier} \\\n  -d '{_CORRECT}'"),
        Example("Find it by its new name, typed without an umlaut", f"{_CURL} '{dossiers}?name={_NEW_NAME}'"),
        Example("Delete it", f"{_CURL} -i -X DELETE {dossier}"),
    ]


def as_text(url: str, folder: DataFolder) -> str:
    """Returns what `dossiers serve` prints after the URL: the sample users and the example commands."""
    commands = [token_command(folder), *(request.command for request in requests(url))]
    indented = textwrap.indent("\n".join(commands), "  ")
    try_it = f"To try it, open {url}/ in a browser, or use another terminal. Ctrl-C stops the stack."
    return f"\n{try_it}\n{USERS_IN_WORDS}.\n\n{indented}\n\n"


def token_command(folder: DataFolder) -> str:
    """Returns the command that sets the shell variable TOKEN. It works in any folder."""
    return f"TOKEN=$({_program()} token {EXAMPLE_USER} --data {_quote(folder)})"


def grant_command(folder: DataFolder) -> str:
    """Returns the command that lets the example user do everything in the example group. It works in any folder."""
    return f"{_program()} grant {EXAMPLE_USER} {EXAMPLE_GROUP} --role {Role.MANAGER} --data {_quote(folder)}"


def _program() -> str:
    return shlex.quote(str(Path(sys.argv[0]).absolute()))


def _quote(folder: DataFolder) -> str:
    return shlex.quote(str(folder.path.absolute()))
