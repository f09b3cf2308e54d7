"""`dossiers list` and `search`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.api_paths import dossiers_path
from cli.arguments import (
    DOSSIERS,
    DataOption,
    GroupOption,
    JsonOption,
    LimitOption,
    TokenOption,
    UrlOption,
    UserOption,
    WrongUsage,
    examples,
)

app = typer.Typer()

_MAX_ROWS = 10_000
"""Rows of a page, at most. docs/api.md has the limit."""


@app.command(
    "list",
    rich_help_panel=DOSSIERS,
    epilog=examples("dossiers list --data .local --user anna", "dossiers list --group noord --limit 10 --json"),
)
def list_(
    group: GroupOption = None,
    limit: LimitOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
    token: TokenOption = None,
    data: DataOption = None,
    user: UserOption = None,
) -> None:
    """List the dossiers that the user may see.

    On a terminal they are a table. Otherwise each dossier is a line of id, birth year, gender, first name and last
    name, separated by tabs.
    """
    from cli.api_access import open_api
    from cli.api_client import list_pages
    from cli.output import print_list

    pages = list_pages(open_api(url, token, data, user), dossiers_path(group), limit=_page_size(limit))
    print_list(pages, limit, as_json=as_json)


@app.command(
    rich_help_panel=DOSSIERS,
    epilog=examples(
        "dossiers search odegard bjorn --data .local --user anna",
        "dossiers search jansen --birthdate 1980-02 --group noord",
        "dossiers search --external-identifier EPD-0003 --group noord --json",
    ),
)
def search(
    name: Annotated[
        list[str] | None, typer.Argument(metavar="NAME...", help="Words of a first or last name, in any order.")
    ] = None,
    external_identifier: Annotated[
        str | None, typer.Option(metavar="X", help="The identifier of the EPD instead of a name. Needs --group.")
    ] = None,
    group: GroupOption = None,
    birthdate: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only with this birthdate: YYYY-MM-DD, YYYY-MM or YYYY.")
    ] = None,
    limit: LimitOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
    token: TokenOption = None,
    data: DataOption = None,
    user: UserOption = None,
) -> None:
    """Search dossiers by name, or by the identifier of the EPD.

    Names are sent in the body of a POST request, so that they are in no URL and in no log of URLs. The output is that
    of `dossiers list`.
    """
    if bool(name) == (external_identifier is not None):
        raise WrongUsage("one of NAME, --external-identifier is required, and not both")
    from cli.api_access import open_api
    from cli.api_client import list_pages
    from cli.output import print_list

    criteria = {
        "name": " ".join(name) if name else None,
        "external_identifier": external_identifier,
        "birthdate": birthdate,
    }
    body = {field: value for field, value in criteria.items() if value is not None}
    pages = list_pages(open_api(url, token, data, user), f"{dossiers_path(group)}/search", body, _page_size(limit))
    print_list(pages, limit, as_json=as_json)


def _page_size(limit: int | None) -> int | None:
    return None if limit is None else min(limit, _MAX_ROWS)
