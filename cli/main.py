"""The program `dossiers`: its parser, exit statuses and error messages."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import cast

import cli
from cli import grants, reindex, sam, serve, token
from local.errors import UserError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status. After an error it is 1, and one line on standard error says why.

    Raises SystemExit with status 2 for wrong usage.
    """
    parsed = build_parser().parse_args(arguments)
    run = cast("Callable[[argparse.Namespace], None]", parsed.run)
    try:
        run(parsed)
    except UserError as exc:
        sys.stderr.write(f"dossiers: {exc}\n")
        return 1
    except OSError as exc:
        sys.stderr.write(f"dossiers: {exc.strerror}: {exc.filename}\n" if exc.filename else f"dossiers: {exc}\n")
        return 1
    except KeyboardInterrupt:
        return 130  # 128 plus the number of SIGINT, as in a shell
    return 0


def build_parser() -> argparse.ArgumentParser:
    """Returns the parser of all commands. Its result has the function of the command in `run`."""
    parser = argparse.ArgumentParser(prog="dossiers", description=cli.__doc__)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in (serve, token, sam, grants, reindex):
        module.add_commands(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
