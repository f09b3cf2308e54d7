"""Arguments and options that several commands have, and their validation."""

from __future__ import annotations

import getpass
import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from dossiers.domain.text import is_dossier_id, is_group_id, is_user
from local.folder import DataFolder

# The titles under which the help lists commands, and the options that say where the dossiers are.
LOCAL = "Local stack"
DOSSIERS = "Dossiers"
TRANSFER = "Import and export"
ACCESS = "Access"
MAINTENANCE = "Maintenance"
PLACE = "Place"

# An option takes precedence over a variable, and so does --data. Typer's `envvar` does not tell the two apart.
URL_VARIABLE = "DOSSIERS_URL"
TOKEN_VARIABLE = "DOSSIERS_TOKEN"  # noqa: S105 - the name of a variable

_URL = re.compile(r"https?://[^/\s]+\S*")
_TABLE = re.compile(r"\S{1,1024}")


class WrongUsage(typer.BadParameter):
    """Arguments that do not go together."""

    def format_message(self) -> str:
        """The message, without the name of an argument."""
        return self.message


def examples(*commands: str) -> str:
    """The end of a command's help, in Markdown: example commands, one a line."""
    return "\n".join(["Examples:", "```sh", *commands, "```"])


def require_one(**values: object) -> None:
    """Raise WrongUsage unless exactly one of the options has a value. The names are those of the options."""
    given = [_option(name) for name, value in values.items() if value is not None]
    names = ", ".join(map(_option, values))
    if not given:
        raise WrongUsage(f"one of {names} is required")
    if len(given) > 1:
        raise WrongUsage(f"{' and '.join(given)} exclude each other")


def parse_user(text: str) -> str:
    """The user in an argument."""
    if not is_user(text):
        raise typer.BadParameter(f"{text!r} is not a user: 1 to 255 characters, no control characters")
    return text


def parse_group(text: str) -> str:
    """The dossier group in an argument."""
    if not is_group_id(text):
        raise typer.BadParameter(f"{text!r} is not a dossier group: 1 to 64 characters of A-Z a-z 0-9 _ -")
    return text


def parse_dossier_id(text: str) -> str:
    """The id of a dossier in an argument."""
    if not is_dossier_id(text):
        raise typer.BadParameter(f"{text!r} is not the id of a dossier, such as 59abe42d-ad25-4273-95ef-86444705e8d3")
    return text


def parse_url(text: str) -> str:
    """The URL in an argument."""
    if not _URL.fullmatch(text):
        raise typer.BadParameter(f"{text!r} is not a URL: it starts with http:// or https://")
    try:
        _ = urlsplit(text).port
    except ValueError as exc:
        raise typer.BadParameter(f"{text!r} is not a URL: its host or port is not valid") from exc
    return text


def parse_table(text: str) -> str:
    """The name or the ARN of a table in an argument."""
    if not _TABLE.fullmatch(text):
        raise typer.BadParameter(f"{text!r} is not the name of a table")
    return text


def parse_folder(text: str) -> DataFolder:
    """The data folder that an argument names."""
    return DataFolder(Path(text))


def operator() -> str:
    """The operator to store with what a command writes to a table: the user of this machine, if it has a name."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}" if name.islower() else name


UserArgument = Annotated[
    str, typer.Argument(metavar="USER", parser=parse_user, help="The `sub` of the user's tokens.", show_default=False)
]
GroupsArgument = Annotated[list[str], typer.Argument(metavar="GROUP...", parser=parse_group, help="Dossier groups.")]
GroupArgument = Annotated[str, typer.Argument(metavar="GROUP", parser=parse_group, help="The dossier group.")]
IdArgument = Annotated[str, typer.Argument(metavar="ID", parser=parse_dossier_id, help="The id of the dossier.")]

GroupOption = Annotated[str | None, typer.Option(metavar="GROUP", parser=parse_group, help="Only this dossier group.")]

JsonOption = Annotated[bool, typer.Option("--json", help="Print the JSON of the API.")]
LimitOption = Annotated[int | None, typer.Option(metavar="N", min=1, help="Print at most so many rows.")]
VersionOption = Annotated[
    int | None,
    typer.Option("--if-match", metavar="VERSION", min=0, help="Only if the dossier has this version."),
]

StackOption = Annotated[
    DataFolder, typer.Option("--data", metavar="DIR", parser=parse_folder, help="The folder of the local stack.")
]
DataOption = Annotated[
    DataFolder | None,
    typer.Option(
        metavar="DIR", parser=parse_folder, help="The local stack that serves this folder.", rich_help_panel=PLACE
    ),
]
TableOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", parser=parse_table, help="The table of this name on AWS.", rich_help_panel=PLACE),
]
UrlOption = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        parser=parse_url,
        help=f"The API at this URL. By default the variable {URL_VARIABLE}.",
        rich_help_panel=PLACE,
    ),
]
TokenOption = Annotated[
    str | None,
    typer.Option(
        metavar="TOKEN",
        help=f"The bearer token for the API. By default the variable {TOKEN_VARIABLE}.",
        rich_help_panel=PLACE,
    ),
]
UserOption = Annotated[
    str | None,
    typer.Option(
        metavar="USER",
        parser=parse_user,
        help="The user of the local stack of --data, for whom a token is made.",
        rich_help_panel=PLACE,
    ),
]
