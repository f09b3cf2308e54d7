"""A user with groups, through the handlers, and a look at what is really in the table."""

from typing import Any

import boto3

from dossiers import access
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
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table.name, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]


def whole(table: Table) -> list[str]:
    """The ids of all dossiers; fails unless each has all its items, and each item its dossier."""
    stored = {(item["pk"]["S"], item["sk"]["S"]): item for item in items(table)}
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
