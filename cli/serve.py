"""`dossiers serve`: runs the local stack."""

from __future__ import annotations

import argparse

from cli.arguments import Commands, add_command, add_data, origin, port


def add_commands(commands: Commands) -> None:
    """Add `serve`."""
    parser = add_command(commands, "serve", _serve, "Serve the API on this machine.")
    parser.add_argument("--port", type=port, default=8000, help="the port on 127.0.0.1 (8000); 0 selects a free port")
    add_data(parser, "the folder that stores all data")
    parser.add_argument(
        "--sample",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="load 300 made-up dossiers, unless the folder has them",
    )
    parser.add_argument(
        "--dynamodb-endpoint", metavar="URL", help="use the DynamoDB at this URL instead of starting DynamoDB Local"
    )
    parser.add_argument(
        "--allow-origin",
        type=origin,
        action="append",
        default=[],
        metavar="ORIGIN",
        help="allow web pages of this origin to use the API (CORS); can be repeated",
    )


def _serve(arguments: argparse.Namespace) -> None:
    # The import takes half a second, which the other commands need not spend.
    from local.serve import Options, serve  # noqa: PLC0415

    serve(
        Options(
            arguments.port,
            arguments.data,
            arguments.sample,
            arguments.dynamodb_endpoint,
            frozenset(arguments.allow_origin),
        )
    )
