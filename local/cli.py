"""The program `dossiers`: the local stack, its tokens, and who may see which dossier group, here or on AWS."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from dossiers.domain.errors import DatabaseError, TryAgain
from dossiers.domain.text import is_group_id, is_user
from dossiers.storage import connection
from dossiers.storage.client_errors import NO_CREDENTIALS
from dossiers.storage.table import Table
from dossiers.usecases import access
from local import folder, sam_local
from local.engine import Credentials, Engine
from local.errors import UserError
from local.tokens import SigningKey

# Somebody sits and waits for the answer.
_PATIENCE = Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})

# Dossiers per second. One with a name of three words is ten items, or 20 write units: 1,000 units per second are a
# quarter of what a new on-demand table accepts.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
_RATE = 50
_MAX_RATE = 10_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; its exit status: 0, 1 after an error that is told in one line, 2 for a wrong usage."""
    asked = _parser().parse_args(arguments)
    command = cast("Callable[[argparse.Namespace], None]", asked.command)
    try:
        command(asked)
    except UserError as exc:
        sys.stderr.write(f"dossiers: {exc}\n")
        return 1
    except OSError as exc:
        sys.stderr.write(f"dossiers: {exc.strerror}: {exc.filename}\n" if exc.filename else f"dossiers: {exc}\n")
        return 1
    except KeyboardInterrupt:
        return 130  # as shells say it
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dossiers", description=__doc__)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="serve the API on this machine", description="Serve the API.")
    serve.add_argument("--port", type=_port, default=8000, help="port on 127.0.0.1 (8000); 0 takes a free one")
    serve.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder that everything is kept in")
    serve.add_argument(
        "--sample",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="load some hundred made-up dossiers first, once",
    )
    serve.add_argument("--dynamodb-endpoint", metavar="URL", help="use this engine instead of starting DynamoDB Local")
    serve.set_defaults(command=_serve)

    token = commands.add_parser("token", help="print a bearer token", description="Print a bearer token for a user.")
    token.add_argument("user", type=_user, metavar="USER")
    token.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the stack it is for")
    token.set_defaults(command=_token)

    for name, command, description in (
        ("sam-env", _sam_env, "Print the JSON for the option --env-vars of `sam local`."),
        ("credentials", _credentials, "Print shell commands that export the AWS credentials of the local stack."),
    ):
        parsed = commands.add_parser(name, help=description[0].lower() + description[1:-1], description=description)
        parsed.add_argument(
            "--data", type=Path, required=True, metavar="DIR", help="folder that the local stack serves"
        )
        parsed.set_defaults(command=command)

    for name, command, description in (
        ("grant", _grant, "Grant a user access to dossier groups."),
        ("revoke", _revoke, "Take dossier groups from a user."),
        ("access", _access, "Print the dossier groups that are granted to a user, one a line."),
    ):
        parsed = commands.add_parser(name, help=description[0].lower() + description[1:-1], description=description)
        parsed.add_argument("user", type=_user, metavar="USER")
        if command is not _access:
            parsed.add_argument("groups", type=_group, metavar="GROUP", nargs="+")
        _add_place(parsed)
        parsed.set_defaults(command=command)

    reindex = commands.add_parser(
        "reindex",
        help="rewrite rows and name items of existing dossiers",
        description="Rewrite the rows, name items and index keys of existing dossiers from their persons, after a "
        "version with another column or another rule for names was deployed. It can be interrupted, repeated, and run "
        "next to the API.",
    )
    _add_place(reindex)
    reindex.add_argument(
        "--rate", type=_rate, default=_RATE, metavar="N", help=f"dossiers per second at most ({_RATE})"
    )
    reindex.add_argument("--dry-run", action="store_true", help="write nothing, only count what would be rewritten")
    reindex.add_argument("--force", action="store_true", help="rewrite the dossiers that have not changed too")
    reindex.set_defaults(command=_reindex)
    return parser


def _add_place(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where the table is."""
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--data", type=Path, metavar="DIR", help="on the local stack that serves this folder")
    place.add_argument("--table", metavar="NAME", help="on AWS, in this table")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:  # noqa: PLR2004 - the largest port there is
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a number from 0 to 65535")
    return int(text)


def _user(text: str) -> str:
    if not is_user(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a user: 1 to 255 characters, no control characters")
    return text


def _group(text: str) -> str:
    if not is_group_id(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a dossier group: 1 to 64 characters of A-Z a-z 0-9 _ -")
    return text


def _rate(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _MAX_RATE:
        raise argparse.ArgumentTypeError(f"{text!r} is not a rate: a number from 1 to {_MAX_RATE}")
    return int(text)


def _serve(asked: argparse.Namespace) -> None:
    # Half a second that the other commands do not need.
    from local.serving import Options, serve  # noqa: PLC0415

    serve(Options(asked.port, asked.data, asked.sample, asked.dynamodb_endpoint))


def _token(asked: argparse.Namespace) -> None:
    _print(SigningKey.read_from(asked.data).issue(asked.user))


def _sam_env(asked: argparse.Namespace) -> None:
    _print(sam_local.environment(folder.stack(asked.data)))


def _credentials(asked: argparse.Namespace) -> None:
    _print(sam_local.credentials(folder.stack(asked.data)))


def _grant(asked: argparse.Namespace) -> None:
    _on_table(asked, lambda table: access.grant(table, asked.user, asked.groups, by=_operator()))


def _revoke(asked: argparse.Namespace) -> None:
    _on_table(asked, lambda table: access.revoke(table, asked.user, asked.groups))


def _access(asked: argparse.Namespace) -> None:
    _on_table(asked, lambda table: _print(*(grant.group for grant in access.grants(table, asked.user))))


def _reindex(asked: argparse.Namespace) -> None:
    # Loads pydantic and rich, which the other commands do not need.
    from local.reindex import reindex  # noqa: PLC0415

    _on_table(asked, lambda table: reindex(table, rate=asked.rate, force=asked.force, dry_run=asked.dry_run))


def _on_table(asked: argparse.Namespace, command: Callable[[Table], object]) -> None:
    """Run `command` on the table that was asked for. Raises UserError when it cannot be reached or used."""
    if asked.data is not None:
        stack = folder.stack(asked.data)
        credentials = Credentials(stack.access_key, stack.secret_key, stack.session_token)
        place, name = f"the stack that serves {asked.data}", stack.table
        client = Engine(stack.endpoint, credentials, stack.region).client()
    else:
        import boto3  # noqa: PLC0415 - looks for credentials where every AWS tool does

        place, name = "AWS", asked.table
    try:
        if asked.table is not None:
            client = boto3.client("dynamodb", config=_PATIENCE)
        command(connection.of_client(client, name))
    except TryAgain as exc:
        if isinstance(exc.__cause__, NO_CREDENTIALS):
            raise UserError(f"{place} cannot be used: {_in_one_line(exc.__cause__)}") from exc
        raise UserError(f"{place} does not answer, try again") from exc
    except DatabaseError as exc:
        if exc.code == "ResourceNotFoundException":
            raise UserError(f"there is no table {name!r} in {client.meta.region_name} of this account") from exc
        refusal = cast("ClientError", exc.__cause__)
        raise UserError(f"{place} refused: {refusal.response['Error']['Message']}") from exc
    except BotoCoreError as exc:
        # No region, a profile that does not exist: botocore says each in one line.
        raise UserError(f"{place} cannot be used: {_in_one_line(exc)}") from exc


def _in_one_line(error: BaseException | None) -> str:
    return " ".join(str(error).split())


def _operator() -> str:
    """Who grants: the user of this machine, as far as it can be told."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"


def _print(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
