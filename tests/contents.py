"""Users who are granted groups, and reads and writes of the items of a table."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import uuid4

from mypy_boto3_dynamodb import DynamoDBClient

from dossiers.domain import rows
from dossiers.storage import items as keys
from dossiers.storage.client import plain_client
from dossiers.storage.table import Table
from dossiers.usecases import access
from tests.api import Api, Handlers
from tests.builders import a_word


def a_user(table: Table, groups: int = 1, user: str | None = None) -> Api:
    """The API for a new user who is granted new groups. If `groups` is 1, the group `Api.other` is not granted."""
    user = user or a_word("user-")
    granted = sorted(a_word("group-") for _ in range(groups))
    access.grant(table, user, granted, by="tests")
    return Api(Handlers(user), granted[0], granted[1] if groups > 1 else a_word("foreign-"))


def items(table: Table, client: DynamoDBClient | None = None) -> list[dict[str, Any]]:
    """All items of the table, as stored. `client`: by default that of the engine in the environment."""
    pages = (client or plain_client()).get_paginator("scan").paginate(TableName=table.name, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]


def _members(item: dict[str, Any], attribute: str) -> set[str]:
    """The members of a set of an item, or none if the item does not have the set."""
    return set(item.get(attribute, {"SS": []})["SS"])


def complete_dossiers(table: Table, *, excluding: str | None = None, client: DynamoDBClient | None = None) -> list[str]:
    """The ids of all dossiers. Fails unless each dossier has all its items and each item has its dossier.

    `excluding`: the key of a partition that `fill` has written. The words of the names must be separated by spaces and
    have no accents.
    """
    stored = {(item["pk"]["S"], item["sk"]["S"]): item for item in items(table, client) if item["pk"]["S"] != excluding}
    found = {key: item for key, item in stored.items() if key[1].startswith("DOSSIER#")}
    expected = {key for key in stored if key[0].startswith("USER#")} | set(found)
    for (group, key), item in found.items():
        dossier = key.removeprefix("DOSSIER#")
        person = stored[(f"DOSSIER#{dossier}", "PERSON")]
        expected.add((f"DOSSIER#{dossier}", "PERSON"))
        fields = person["person"]["M"]
        names = [fields[name]["S"] for name in ("firstname", "lastname") if name in fields]
        words = {word for name in names for word in name.lower().split()}
        pairs = {(a, b) for a in words for b in words if a <= b} if len(words) <= 9 else {(a, "*") for a in words}
        assert _members(person, "index_keys") == {f"{a}#{b}" for a, b in pairs}
        for a, b in pairs:
            name = stored[(f"{group}#WORD#{a}", f"{b}#{dossier}")]
            assert name["row"] == item["row"]
            # For queries of more words than the key has.
            has_words = b == "*" or (a != b and len(words) > 2)
            assert _members(name, "words") == (words if has_words else set())
            expected.add((name["pk"]["S"], name["sk"]["S"]))
        if "external_identifier" in item:
            guard = (f"{group}#EXTERNAL#{item['external_identifier']['S']}", "EXTERNAL")
            assert stored[guard]["dossier_id"]["S"] == dossier
            expected.add(guard)
        expected |= {key for key, other in stored.items() if key[1] == "KEY" and other["dossier_id"]["S"] == dossier}
    assert set(stored) == expected
    return [key.removeprefix("DOSSIER#") for _, key in found]


def fill(
    table: Table, group: str, count: int, lastname: str, firstname: str = "Jan", client: DynamoDBClient | None = None
) -> list[str]:
    """Write dossiers into the table, without person and name items. Returns their ids in order."""
    ids = [str(uuid4()) for _ in range(count)]

    def puts() -> Iterator[dict[str, object]]:
        for dossier in ids:
            row = rows.row(dossier, {"birthdate": "1980", "gender": "M", "firstname": firstname, "lastname": lastname})
            pk, sk = keys.dossier_key(group, dossier)
            yield {"PutRequest": {"Item": {"pk": {"S": pk}, "sk": {"S": sk}, "row": {"S": row}}}}

    client, waiting = client or plain_client(), puts()
    while batch := list(islice(waiting, 25)):
        response = client.batch_write_item(RequestItems={table.name: batch})  # type: ignore[dict-item]
        assert not response["UnprocessedItems"]
    return sorted(ids)
