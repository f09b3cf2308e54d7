"""Opens the target of an import or an export: a table, or the API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cli.api_access import open_api
from cli.arguments import operator
from cli.table import open_table
from cli.transfer.targets import ApiTarget, TableTarget, Target
from local.folder import DataFolder


@contextmanager
def open_target(
    group: str, data: DataFolder | None, table: str | None, url: str | None, token: str | None
) -> Iterator[Target]:
    """The group in the table of the local stack of `data`, in the table on AWS, or else at the URL of the API.

    Raises UserError when it cannot be read.
    """
    target: Target
    if data is None and table is None:
        target = ApiTarget(open_api(url, token, None, None), group)
        target.check()
        yield target
        return
    with open_table(data, table) as opened:
        target = TableTarget(opened, group, operator())
        target.check()
        yield target
