"""`dossiers import` and `export`: files of dossiers, as CSV or NDJSON."""

from __future__ import annotations

import os
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.arguments import (
    TRANSFER,
    URL_VARIABLE,
    DataOption,
    TableOption,
    TokenOption,
    UrlOption,
    WrongUsage,
    examples,
    parse_group,
)
from cli.transfer.fields import COLUMNS
from local.folder import DataFolder

app = typer.Typer()

ThisGroupOption = Annotated[
    str, typer.Option("--group", metavar="GROUP", parser=parse_group, help="The dossier group.")
]


class Format(StrEnum):
    """The format of an exported file."""

    CSV = "csv"
    NDJSON = "ndjson"


def _parse_name(text: str) -> tuple[str, str]:
    column, equals, field = text.rpartition("=")
    if not equals:
        raise typer.BadParameter(f"{text!r} is not of the form COLUMN=FIELD")
    if field and field not in COLUMNS:
        raise typer.BadParameter(f"{field!r} is not a field: {', '.join(COLUMNS)}")
    return column, field


@app.command(
    "import",
    rich_help_panel=TRANSFER,
    epilog=examples(
        "dossiers import patients.csv --group noord --data .local",
        "dossiers import patients.csv --group noord --dry-run --map Achternaam=lastname --map Notes=",
        "dossiers import patients.ndjson --group noord --table dossiers --update",
    ),
)
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A CSV or NDJSON file. - reads standard input.")],
    group: ThisGroupOption,
    update: Annotated[
        bool, typer.Option("--update", help="Update dossiers that exist, instead of rejecting rows that differ.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Validate every row. Write no dossier.")] = False,
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="COLUMN=FIELD",
            parser=_parse_name,
            help="The field of a column with another name. Without a field, the column is ignored. Can be repeated.",
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The encoding. By default UTF-8 or Windows-1252, whichever the file is in."),
    ] = None,
    rejected: Annotated[
        Path | None, typer.Option(metavar="PATH", help="The file of rejected rows. By default FILE.rejected.*.")
    ] = None,
    url: UrlOption = None,
    token: TokenOption = None,
    data: DataOption = None,
    table: TableOption = None,
) -> None:
    """Import dossiers from a CSV or NDJSON file.

    The same command can be repeated after an interruption: no row is imported twice, and none is lost. Rejected rows
    do not stop the others. They are written to a file, which can be corrected and imported.
    """
    mapped = _as_mapping(names)
    if not dry_run:
        _check_place(url, token, data, table)
    from cli.transfer.places import open_target
    from cli.transfer.runs import ImportFile, run_import

    opened = nullcontext() if dry_run else open_target(group, data, table, url, token)
    with opened as target:
        run_import(target, ImportFile(file, mapped, encoding, rejected), update=update)


@app.command(
    rich_help_panel=TRANSFER,
    epilog=examples(
        "dossiers export --group noord --data .local --output noord.ndjson",
        "dossiers export --group noord --format csv --neutralize-formulas > noord.csv",
    ),
)
def export(
    group: ThisGroupOption,
    file_format: Annotated[Format, typer.Option("--format", metavar="FORMAT", help="csv or ndjson.")] = Format.NDJSON,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file to write, instead of standard output.")
    ] = None,
    neutralize_formulas: Annotated[
        bool,
        typer.Option(
            "--neutralize-formulas",
            help="Put an apostrophe before texts that a spreadsheet program would run as formulas. CSV only.",
        ),
    ] = False,
    url: UrlOption = None,
    token: TokenOption = None,
    data: DataOption = None,
    table: TableOption = None,
) -> None:
    """Export the dossiers of a group, in a form that `dossiers import` accepts."""
    if neutralize_formulas and file_format is not Format.CSV:
        raise WrongUsage("--neutralize-formulas needs --format csv")
    _check_place(url, token, data, table)
    from cli.transfer.places import open_target
    from cli.transfer.runs import run_export

    with open_target(group, data, table, url, token) as source:
        run_export(source, output, file_format, neutralize=neutralize_formulas)


def _check_place(url: str | None, token: str | None, data: DataFolder | None, table: str | None) -> None:
    """Raise WrongUsage unless exactly one place is named. A variable may name the URL."""
    given = [name for name, value in (("--data", data), ("--table", table), ("--url", url)) if value is not None]
    if not given and not os.environ.get(URL_VARIABLE):
        raise WrongUsage(f"one of --data, --table, --url is required, or the variable {URL_VARIABLE}")
    if len(given) > 1:
        raise WrongUsage(f"{' and '.join(given)} exclude each other")
    if token is not None and (data is not None or table is not None):
        raise WrongUsage(f"{given[0]} and --token exclude each other")


def _as_mapping(names: list[str] | None) -> dict[str, str]:
    pairs: list[tuple[str, str]] = names or []  # type: ignore[assignment]  # Typer has parsed each
    mapped = dict(pairs)
    if len(mapped) != len(pairs):
        raise WrongUsage("--map names a column twice")
    return mapped
