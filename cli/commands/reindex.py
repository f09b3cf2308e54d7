"""`dossiers reindex`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.arguments import MAINTENANCE, DataOption, TableOption, examples, require_one

app = typer.Typer()

_RATE = 50
"""Dossiers per second. A dossier with a name of three words takes 20 write units, for about ten items. The rate is then
1,000 write units per second, a quarter of what a new on-demand table accepts.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
"""

_MAX_RATE = 10_000


@app.command(
    rich_help_panel=MAINTENANCE,
    epilog=examples("dossiers reindex --table dossiers --dry-run", "dossiers reindex --table dossiers --rate 200"),
)
def reindex(
    rate: Annotated[
        int, typer.Option(metavar="N", min=1, max=_MAX_RATE, help="Maximum number of dossiers per second.")
    ] = _RATE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing. Count the dossiers to rewrite.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also rewrite dossiers that have not changed.")] = False,
    data: DataOption = None,
    table: TableOption = None,
) -> None:
    """Rewrite the rows, name items and index keys of existing dossiers.

    Run it after deploying a version that adds a column, changes the rules for names, or stores more with a dossier. It
    can be interrupted, repeated, and run while the API is in use.
    """
    require_one(data=data, table=table)
    from cli.reindexing import run
    from cli.table import open_table

    with open_table(data, table) as opened:
        run(opened, rate=rate, force=force, dry_run=dry_run)
