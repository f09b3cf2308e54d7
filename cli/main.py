"""The program `dossiers`: its commands, exit statuses and error messages."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.main import get_command

import cli
from cli.commands import dossier, grants, lists, reindex, sam, serve, token, transfers
from local.errors import UserError

PROGRAM = "dossiers"
INTERRUPTED = 130
"""The exit status after Ctrl-C: 128 plus the number of SIGINT, as in a shell."""

app = typer.Typer(name=PROGRAM, help=cli.__doc__, rich_markup_mode="markdown", pretty_exceptions_enable=False)
for module in (serve, token, sam, lists, dossier, transfers, grants, reindex):
    app.add_typer(module.app)


def _print_version(value: bool) -> None:
    if value:
        from importlib import metadata  # noqa: PLC0415 - slow to import

        print(metadata.version(PROGRAM))
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Take the options of the program itself. Raises UserError when a command could print nothing."""
    if sys.stdout is None:
        raise UserError("standard output is closed")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status.

    It is 1 after an error and 2 after wrong usage, and one line on standard error says why.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names have letters that the terminal may not have
    try:
        # Not standalone: Typer would print usage errors as a box of several lines. It returns 130 after Ctrl-C.
        status = get_command(app).main(arguments, prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
    except typer.Abort:  # Ctrl-C at a question, or the end of standard input
        return INTERRUPTED
    except typer.TyperException as exc:
        return _fail(_describe(exc), exc.exit_code)
    except UserError as exc:
        return _fail(str(exc))
    except BrokenPipeError:  # the reader of a pipe has ended: `dossiers list | head`
        sys.stdout = None  # what is left is flushed to nobody
        return 1
    except OSError as exc:
        return _fail(f"{exc.strerror}: {exc.filename}" if exc.filename else str(exc))
    return status or 0


def _fail(message: str, status: int = 1) -> int:
    sys.stderr.write(f"{PROGRAM}: {message}\n")
    return status


def _describe(error: typer.TyperException) -> str:
    """The error in one line, with the command whose help explains more."""
    # pydantic, with which Typer validates, puts its own words before the message of a validator.
    message = " ".join(error.format_message().split()).replace("Value error, ", "")
    context: typer.Context | None = getattr(error, "ctx", None)
    command = PROGRAM if context is None else context.command_path
    return f"{message.removesuffix('.')} (see {command} --help)"


if __name__ == "__main__":
    sys.exit(main())
