"""Arguments that several commands have, and their validation."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from dossiers.domain.text import is_group_id, is_user
from local.folder import DataFolder
from local.gateway.cors import is_origin

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What `add_subparsers` returns. argparse has no public name for it."""

Run = Callable[[argparse.Namespace], None]

_LARGEST_PORT = 65535


def add_command(commands: Commands, name: str, run: Run, description: str) -> argparse.ArgumentParser:
    """Add a command that calls `run`, and return its parser. `description` is one sentence."""
    help_text = description[0].lower() + description[1:].removesuffix(".")
    parser = commands.add_parser(name, help=help_text, description=description)
    parser.set_defaults(run=run)
    return parser


def add_user(parser: argparse.ArgumentParser) -> None:
    """Add the argument USER."""
    parser.add_argument("user", type=user, metavar="USER", help="the `sub` of the user's tokens")


def add_groups(parser: argparse.ArgumentParser) -> None:
    """Add the argument GROUP, one or more."""
    parser.add_argument("groups", type=group, metavar="GROUP", nargs="+", help="a dossier group")


def add_data(parser: argparse.ArgumentParser, purpose: str) -> None:
    """Add the required option --data. `purpose` is its help text."""
    parser.add_argument("--data", type=data_folder, required=True, metavar="DIR", help=purpose)


def add_data_or_table(parser: argparse.ArgumentParser) -> None:
    """Add the options --data and --table, of which exactly one is required."""
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--data", type=data_folder, metavar="DIR", help="use the local stack that serves this folder")
    place.add_argument("--table", metavar="NAME", help="use this table on AWS")


def user(text: str) -> str:
    """Returns the user in an argument."""
    if not is_user(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a user: 1 to 255 characters, no control characters")
    return text


def group(text: str) -> str:
    """Returns the dossier group in an argument."""
    if not is_group_id(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a dossier group: 1 to 64 characters of A-Z a-z 0-9 _ -")
    return text


def port(text: str) -> int:
    """Returns the port number in an argument: 0 to 65535."""
    if not text.isascii() or not text.isdigit() or int(text) > _LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from 0 to {_LARGEST_PORT}")
    return int(text)


def origin(text: str) -> str:
    """Returns the origin in an argument."""
    if not is_origin(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an origin: http(s)://host or http(s)://host:port, in lower case and without a path"
        )
    return text


def data_folder(text: str) -> DataFolder:
    """Returns the data folder that an argument names."""
    return DataFolder(Path(text))
