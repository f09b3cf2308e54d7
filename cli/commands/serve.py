"""`dossiers serve`: runs the local stack."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.arguments import LOCAL, StackOption, examples

app = typer.Typer()


def _parse_origin(text: str) -> str:
    from local.gateway.cors import is_origin

    if not is_origin(text):
        raise typer.BadParameter(
            f"{text!r} is not an origin: scheme://host or scheme://host:port, in lower case and without a path"
        )
    return text


@app.command(
    rich_help_panel=LOCAL,
    epilog=examples(
        "dossiers serve --data .local --sample",
        "dossiers serve --data .local --port 9000 --allow-origin http://localhost:3000",
    ),
)
def serve(
    data: StackOption,
    port: Annotated[
        int, typer.Option(metavar="PORT", min=0, max=65535, help="The port on 127.0.0.1. 0 selects a free port.")
    ] = 8000,
    sample: Annotated[bool, typer.Option(help="Load 300 made-up dossiers, unless the folder has them.")] = False,
    dynamodb_endpoint: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Use the DynamoDB at this URL instead of starting DynamoDB Local."),
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORIGIN",
            parser=_parse_origin,
            help="Allow web pages of this origin to use the API (CORS). Can be repeated.",
        ),
    ] = None,
) -> None:
    """Serve the API on this machine.

    All data are stored in the folder. Ctrl-C stops the stack and keeps the data.
    """
    from local.serve import Options
    from local.serve import serve as run

    run(Options(port, data, sample, dynamodb_endpoint, frozenset(allow_origin or ())))
