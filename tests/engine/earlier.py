"""Dossiers as an earlier version of the service stored them: without versions, birthdates in name items and alternative
spellings.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dossiers.domain import names
from dossiers.storage.table import Table
from local.engine.engine import Engine
from tests.contents import items

_ADDED = {"DOSSIER": ("version", "updated_at", "updated_by"), "PERSON": ("version",), "NAME": ("birthdate",)}


@contextmanager
def make_earlier(table: Table, engine: Engine) -> Iterator[None]:
    """Make the dossiers that are created in the block what they would be if an earlier version had created them."""
    before = items(table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "readings", lambda text: [names.words(text)])
        yield
    client = engine.client()
    for item in items(table):
        kind = "NAME" if "#WORD#" in item["pk"]["S"] else item["sk"]["S"].partition("#")[0]
        added = _ADDED.get(kind, ())
        if item not in before and any(name in item for name in added):
            earlier = {name: value for name, value in item.items() if name not in added}
            client.put_item(TableName=table.name, Item=earlier)
