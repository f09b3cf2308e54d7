"""`dossiers grant`, `revoke` and `access`: the dossier groups that are granted to a user."""

from __future__ import annotations

import argparse
import getpass

from cli.arguments import Commands, add_command, add_data_or_table, add_groups, add_user
from cli.table import open_table
from dossiers.usecases import access


def add_commands(commands: Commands) -> None:
    """Add `grant`, `revoke` and `access`."""
    for name, run, description in (
        ("grant", _grant, "Grant dossier groups to a user."),
        ("revoke", _revoke, "Revoke dossier groups from a user."),
    ):
        parser = add_command(commands, name, run, description)
        add_user(parser)
        add_groups(parser)
        add_data_or_table(parser)
    parser = add_command(commands, "access", _access, "Print the dossier groups that are granted to a user.")
    add_user(parser)
    add_data_or_table(parser)


def _grant(arguments: argparse.Namespace) -> None:
    with open_table(arguments) as table:
        access.grant(table, arguments.user, arguments.groups, by=_operator())


def _revoke(arguments: argparse.Namespace) -> None:
    with open_table(arguments) as table:
        access.revoke(table, arguments.user, arguments.groups)


def _access(arguments: argparse.Namespace) -> None:
    with open_table(arguments) as table:
        grants = access.grants(table, arguments.user)
    for grant in grants:
        print(grant.group)


def _operator() -> str:
    """Returns the operator to store with a grant: the user of this machine, if it has a name."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"
