"""`dossiers grant`, `revoke` and `access`: who may use which dossier groups, and in which role."""

from __future__ import annotations

import argparse
import getpass

from cli.arguments import Commands, add_command, add_data_or_table, add_groups, add_user, group, user
from cli.table import open_table
from dossiers.domain.roles import Role
from dossiers.usecases import access


def add_commands(commands: Commands) -> None:
    """Add `grant`, `revoke` and `access`."""
    parser = add_command(commands, "grant", _grant, "Grant dossier groups to a user.")
    add_user(parser)
    add_groups(parser)
    parser.add_argument(
        "--role",
        choices=[role.value for role in Role],
        default=Role.EDITOR.value,
        metavar="ROLE",
        help="reader, editor (the default) or manager; replaces the role that the user had in these groups",
    )
    add_data_or_table(parser)

    parser = add_command(commands, "revoke", _revoke, "Revoke dossier groups from a user.")
    add_user(parser)
    add_groups(parser)
    add_data_or_table(parser)

    parser = add_command(
        commands, "access", _access, "Print the groups of a user, or the users of a group, with roles."
    )
    parser.epilog = (
        "Each line has a group (or with --group a user) and the role, separated by a tab. --group reads every item of "
        "the table, because no index has the users of a group: on AWS that takes time and read units."
    )
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument("user", type=user, metavar="USER", nargs="?", help="the `sub` of the user's tokens")
    whose.add_argument("--group", type=group, metavar="GROUP", help="a dossier group, whose users to print")
    add_data_or_table(parser)


def _grant(arguments: argparse.Namespace) -> None:
    with open_table(arguments) as table:
        access.grant(table, arguments.user, arguments.groups, by=_operator(), role=Role(arguments.role))


def _revoke(arguments: argparse.Namespace) -> None:
    with open_table(arguments) as table:
        access.revoke(table, arguments.user, arguments.groups)


def _access(arguments: argparse.Namespace) -> None:
    with open_table(arguments) as table:
        if arguments.group is None:
            lines = [(grant.group, grant.role) for grant in access.grants(table, arguments.user)]
        else:
            lines = sorted((grant.user, grant.role) for grant in access.grants_of_group(table, arguments.group))
    for name, role in lines:
        print(f"{name}\t{role}")


def _operator() -> str:
    """Returns the operator to store with a grant: the user of this machine, if it has a name."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"
