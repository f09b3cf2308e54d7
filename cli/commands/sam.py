"""`dossiers sam-env` and `credentials`: settings with which SAM CLI runs the functions on a local stack."""

from __future__ import annotations

import typer

from cli.arguments import LOCAL, StackOption, examples

app = typer.Typer()


@app.command(
    rich_help_panel=LOCAL,
    epilog=examples("dossiers sam-env --data .local > sam-env.json", "sam local start-api --env-vars sam-env.json"),
)
def sam_env(data: StackOption) -> None:
    """Print the JSON for the option --env-vars of `sam local`."""
    from cli.sam import env_vars
    from local import stack

    print(env_vars(stack.find(data)))


@app.command(rich_help_panel=LOCAL, epilog=examples('eval "$(dossiers credentials --data .local)"'))
def credentials(data: StackOption) -> None:
    """Print shell commands that export the AWS credentials of the local stack."""
    from cli.sam import exports
    from local import stack

    print(exports(stack.find(data)))
