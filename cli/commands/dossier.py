"""`dossiers show`, `create`, `update` and `delete`: one dossier."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer

from cli.api_paths import dossier_path, dossiers_path
from cli.arguments import (
    DOSSIERS,
    DataOption,
    GroupArgument,
    IdArgument,
    JsonOption,
    TokenOption,
    UrlOption,
    UserOption,
    VersionOption,
    WrongUsage,
    examples,
)
from cli.transfer.fields import EXTERNAL_IDENTIFIER, FIELDS, nest
from local.errors import UserError

app = typer.Typer()

_STANDARD_INPUT = "-"
_HELP = {
    EXTERNAL_IDENTIFIER: "The identifier of the EPD.",
    "birthdate": "YYYY-MM-DD, YYYY-MM or YYYY.",
    "gender": "M or F.",
}

DocumentOption = Annotated[
    str | None, typer.Option("--json", metavar="FILE", help="The body of the request, instead of fields. - reads it.")
]


def _with_fields(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for each field of a dossier. The command takes their values as `fields`."""
    parameters = dict(inspect.signature(command, eval_str=True).parameters)
    del parameters["fields"]
    for field in FIELDS:
        text = _HELP.get(field, f"The {field.replace('_', ' ')}.")
        option = typer.Option(metavar="TEXT", help=text, rich_help_panel="Fields")
        parameters[field] = inspect.Parameter(
            field, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, option]
        )

    @wraps(command)
    def run(**values: Any) -> None:
        fields = {field: value for field in FIELDS if (value := values.pop(field)) is not None}
        command(**values, fields=fields)

    run.__signature__ = inspect.Signature(list(parameters.values()))  # type: ignore[attr-defined]
    run.__annotations__ = {}
    return run


@app.command(
    rich_help_panel=DOSSIERS,
    epilog=examples("dossiers show noord 59abe42d-ad25-4273-95ef-86444705e8d3 --data .local --user anna"),
)
def show(
    group: GroupArgument,
    dossier: IdArgument,
    as_json: JsonOption = False,
    url: UrlOption = None,
    token: TokenOption = None,
    data: DataOption = None,
    user: UserOption = None,
) -> None:
    """Show a dossier.

    Each line has the name of a field and its value; separated by a tab, unless standard output is a terminal. The last
    line has the version, for --if-match.
    """
    from cli.api_access import open_api
    from cli.output import print_dossier

    response = open_api(url, token, data, user).call("GET", dossier_path(group, dossier))
    print_dossier(response, as_json=as_json)


@app.command(
    rich_help_panel=DOSSIERS,
    epilog=examples(
        "dossiers create noord --firstname Zoë --lastname 'van Duren' --birthdate 1980-02-23",
        "dossiers create noord --json dossier.json --idempotency-key intake-17",
    ),
)
@_with_fields
def create(
    group: GroupArgument,
    fields: dict[str, str],
    document: DocumentOption = None,
    idempotency_key: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="The same command with the same key creates no second dossier for a day."),
    ] = None,
    url: UrlOption = None,
    token: TokenOption = None,
    data: DataOption = None,
    user: UserOption = None,
) -> None:
    """Create a dossier, and print its id."""
    body = _body(fields, document)
    key = str(uuid4()) if idempotency_key is None else idempotency_key
    if not key or not key.isascii() or not key.isprintable():
        raise WrongUsage("--idempotency-key takes one or more visible ASCII characters")
    from cli.api_access import open_api
    from cli.api_client import NoResponse

    client = open_api(url, token, data, user)
    try:
        response = client.call("POST", dossiers_path(group), body, {"Idempotency-Key": key})
    except NoResponse as exc:
        raise UserError(f"{exc}, with --idempotency-key {key}") from exc
    print(response.json["id"])


@app.command(
    rich_help_panel=DOSSIERS,
    epilog=examples(
        "dossiers update noord 59abe42d-ad25-4273-95ef-86444705e8d3 --lastname 'van Düren' --remove email",
        "dossiers update noord 59abe42d-ad25-4273-95ef-86444705e8d3 --city Utrecht --if-match 3",
    ),
)
@_with_fields
def update(
    group: GroupArgument,
    dossier: IdArgument,
    fields: dict[str, str | None],
    document: DocumentOption = None,
    remove: Annotated[
        list[str] | None, typer.Option(metavar="FIELD", help="Remove this field. Can be repeated.")
    ] = None,
    if_match: VersionOption = None,
    url: UrlOption = None,
    token: TokenOption = None,
    data: DataOption = None,
    user: UserOption = None,
) -> None:
    """Update a dossier, and show it as `dossiers show` does. Fields that are not named stay as they are."""
    for field in dict.fromkeys(name.replace("-", "_") for name in remove or ()):
        if field not in FIELDS:
            raise WrongUsage(f"--remove takes a field: {', '.join(FIELDS)}")
        if field in fields:
            raise WrongUsage(f"{field} is set and removed")
        fields[field] = None
    body = _body(fields, document)
    from cli.api_access import open_api
    from cli.output import print_dossier

    client = open_api(url, token, data, user)
    response = client.call("PATCH", dossier_path(group, dossier), body, _condition(if_match))
    print_dossier(response, as_json=False)


@app.command(
    rich_help_panel=DOSSIERS,
    epilog=examples("dossiers delete noord 59abe42d-ad25-4273-95ef-86444705e8d3 --if-match 3 --yes"),
)
def delete(
    group: GroupArgument,
    dossier: IdArgument,
    if_match: VersionOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    url: UrlOption = None,
    token: TokenOption = None,
    data: DataOption = None,
    user: UserOption = None,
) -> None:
    """Delete a dossier with everything of its person. It cannot be undone."""
    from cli.api_access import open_api

    client = open_api(url, token, data, user)
    if not yes and not sys.stdin.isatty():
        raise WrongUsage("--yes is required, because standard input is not a terminal")
    if not yes and not typer.confirm(f"Delete the dossier {dossier} of the group {group}?"):
        raise UserError("nothing was deleted")
    client.call("DELETE", dossier_path(group, dossier), headers=_condition(if_match))


def _condition(version: int | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{version}"'}


def _body(fields: dict[str, Any], document: str | None) -> object:
    """The body of a create or an update: from the fields, or from the file that --json names."""
    if bool(fields) == (document is not None):
        raise WrongUsage("fields or --json are required, and not both")
    if document == _STANDARD_INPUT:
        return sys.stdin.buffer.read()
    if document is not None:
        return Path(document).read_bytes()
    return {part: values for part, values in nest(fields).items() if values}
