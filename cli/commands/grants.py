"""`dossiers grant`, `revoke` and `access`: who may use which dossier groups, and in which role."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.arguments import (
    ACCESS,
    DataOption,
    GroupsArgument,
    TableOption,
    UserArgument,
    examples,
    operator,
    parse_group,
    parse_user,
    require_one,
)
from dossiers.domain.roles import Role

app = typer.Typer()


@app.command(
    rich_help_panel=ACCESS,
    epilog=examples(
        "dossiers grant anna noord oost --data .local", "dossiers grant bram zuid --role reader --table dossiers"
    ),
)
def grant(
    user: UserArgument,
    groups: GroupsArgument,
    role: Annotated[
        Role,
        typer.Option(metavar="ROLE", help="reader, editor or manager. It replaces the user's role in these groups."),
    ] = Role.EDITOR,
    data: DataOption = None,
    table: TableOption = None,
) -> None:
    """Grant dossier groups to a user."""
    require_one(data=data, table=table)
    from cli.table import open_table
    from dossiers.usecases import access as usecase

    with open_table(data, table) as opened:
        usecase.grant(opened, user, groups, by=operator(), role=role)


@app.command(rich_help_panel=ACCESS, epilog=examples("dossiers revoke anna oost --data .local"))
def revoke(user: UserArgument, groups: GroupsArgument, data: DataOption = None, table: TableOption = None) -> None:
    """Revoke dossier groups from a user."""
    require_one(data=data, table=table)
    from cli.table import open_table
    from dossiers.usecases import access as usecase

    with open_table(data, table) as opened:
        usecase.revoke(opened, user, groups)


@app.command(
    rich_help_panel=ACCESS,
    epilog=examples("dossiers access anna --data .local", "dossiers access --group noord --table dossiers"),
)
def access(
    user: Annotated[
        str | None, typer.Argument(metavar="USER", parser=parse_user, help="The `sub` of the user's tokens.")
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(metavar="GROUP", parser=parse_group, help="A dossier group, whose users to print."),
    ] = None,
    data: DataOption = None,
    table: TableOption = None,
) -> None:
    """Print the groups of a user, or the users of a group, with roles.

    Each line has a group (or with --group a user) and the role, separated by a tab. --group reads every item of the
    table, because no index has the users of a group: on AWS that takes time and read units.
    """
    require_one(USER=user, group=group)
    require_one(data=data, table=table)
    from cli.table import open_table
    from dossiers.usecases import access as usecase

    with open_table(data, table) as opened:
        if user is not None:
            lines = [(granted.group, granted.role) for granted in usecase.grants(opened, user)]
        else:
            assert group is not None  # noqa: S101 - `require_one` has checked it
            lines = sorted((granted.user, granted.role) for granted in usecase.grants_of_group(opened, group))
    for name, role in lines:
        print(f"{name}\t{role}")
