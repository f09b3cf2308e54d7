"""The program `dossiers`: its commands, and what it prints and returns after an error."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import cast

import cli
from cli import grants, reindex, sam, serve, token
from local.errors import UserError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program. Returns its exit status: 0, or 1 after an error of one line. Exits with 2 for wrong usage."""
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
        return 130  # 128 and the number of SIGINT, as shells do
    return 0


def build_parser() -> argparse.ArgumentParser:
    """Returns the parser of all commands. What it parses has the command's function in `run`."""
    parser = argparse.ArgumentParser(prog="dossiers", description=cli.__doc__)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in (serve, token, sam, grants, reindex):
        module.add_commands(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
