"""A user with groups, through the handlers, and a look at what is really in the table."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import uuid4

from dossiers import access, rows
from dossiers import items as keys
from dossiers.table import Table
from tests.builders import a_word
from tests.contract.api import Api, Handlers


def a_user(table: Table, groups: int = 1) -> Api:
    """A new user who is granted new groups. The first two are the Api's own; with one group, `other` is not granted."""
    user = a_word("user-")
    granted = sorted(a_word("group-") for _ in range(groups))
    access.grant(table, user, granted, by="tests")
    return Api(Handlers(user), granted[0], granted[1] if groups > 1 else a_word("foreign-"))


def items(table: Table) -> list[dict[str, Any]]:
    """Every item of the table, as stored."""
    pages = table._client.get_paginator("scan").paginate(TableName=table.name, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]


def whole(table: Table, *, leaving_out: str | None = None) -> list[str]:
    """The ids of all dossiers; fails unless each has all its items, and each item its dossier.

    `leaving_out`: the key of a partition that `fill` wrote.
    """
    stored = {(item["pk"]["S"], item["sk"]["S"]): item for item in items(table) if item["pk"]["S"] != leaving_out}
    found = {key: item for key, item in stored.items() if key[1].startswith("DOSSIER#")}
    expected = {key for key in stored if key[0].startswith("USER#")} | set(found)
    for (group, key), item in found.items():
        dossier = key.removeprefix("DOSSIER#")
        person = stored[(f"DOSSIER#{dossier}", "PERSON")]["person"]["M"]
        expected.add((f"DOSSIER#{dossier}", "PERSON"))
        names = (person[name]["S"] for name in ("firstname", "lastname") if name in person)
        words = {word for name in names for word in name.lower().split()}
        expected |= {(f"{group}#WORD#{a}", f"{b}#{dossier}") for a in words for b in words if a <= b}
        if "external_identifier" in item:
            guard = (f"{group}#EXTERNAL#{item['external_identifier']['S']}", "EXTERNAL")
            assert stored[guard]["dossier_id"]["S"] == dossier
            expected.add(guard)
        expected |= {key for key, other in stored.items() if key[1] == "KEY" and other["dossier_id"]["S"] == dossier}
    assert set(stored) == expected
    return [key.removeprefix("DOSSIER#") for _, key in found]


def fill(table: Table, group: str, count: int, lastname: str, firstname: str = "Jan") -> list[str]:
    """Write dossiers, without persons and names, straight into the table; their ids in order."""
    ids = [str(uuid4()) for _ in range(count)]

    def puts() -> Iterator[dict[str, object]]:
        for dossier in ids:
            row = rows.row(dossier, 1980, "M", firstname, lastname)
            pk, sk = keys.dossier_key(group, dossier)
            yield {"PutRequest": {"Item": {"pk": {"S": pk}, "sk": {"S": sk}, "row": {"S": row}}}}

    waiting = puts()
    while batch := list(islice(waiting, 25)):
        answer = table._client.batch_write_item(RequestItems={table.name: batch})  # type: ignore[dict-item]
        assert not answer["UnprocessedItems"]
    return sorted(ids)
