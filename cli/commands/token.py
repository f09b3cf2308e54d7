"""`dossiers token`: prints a bearer token for the local stack."""

from __future__ import annotations

import typer

from cli.arguments import LOCAL, StackOption, UserArgument, examples

app = typer.Typer()


@app.command(rich_help_panel=LOCAL, epilog=examples("TOKEN=$(dossiers token anna --data .local)"))
def token(user: UserArgument, data: StackOption) -> None:
    """Print a bearer token for a user of the local stack, valid for 12 hours."""
    from local.gateway.tokens import SigningKey

    print(SigningKey.load(data).issue(user))
