"""`dossiers token`: prints a bearer token for the local stack."""

from __future__ import annotations

import argparse

from cli.arguments import Commands, add_command, add_data, add_user
from local.gateway.tokens import SigningKey


def add_commands(commands: Commands) -> None:
    """Add `token`."""
    parser = add_command(commands, "token", _token, "Print a bearer token for a user.")
    add_user(parser)
    add_data(parser, "the folder of the local stack that accepts the token")


def _token(arguments: argparse.Namespace) -> None:
    print(SigningKey.load(arguments.data).issue(arguments.user))
