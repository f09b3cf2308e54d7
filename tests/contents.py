"""Users who are granted groups, and reads and writes of the items of a table."""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any
from uuid import uuid4

from mypy_boto3_dynamodb import DynamoDBClient

from dossiers.domain import rows
from dossiers.domain.content import Content
from dossiers.domain.roles import Role
from dossiers.storage import items as keys
from dossiers.storage.attribute_values import deserialize
from dossiers.storage.client import plain_client
from dossiers.storage.items import Item
from dossiers.storage.table import Table
from dossiers.usecases import access
from tests.api import Api, Handlers
from tests.builders import a_word


def a_user(table: Table, groups: int = 1, user: str | None = None, role: Role = Role.MANAGER) -> Api:
    """A new user who is granted new groups. The first two are the Api's own; with one group, `other` is not granted."""
    user = user or a_word("user-")
    granted = sorted(a_word("group-") for _ in range(groups))
    access.grant(table, user, granted, by="tests", role=role)
    return Api(Handlers(user), granted[0], granted[1] if groups > 1 else a_word("foreign-"))


def items(table: Table, client: DynamoDBClient | None = None) -> list[dict[str, Any]]:
    """All items of the table, as stored. `client`: by default that of the engine in the environment."""
    pages = (client or plain_client()).get_paginator("scan").paginate(TableName=table.name, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]


def complete_dossiers(
    table: Table,
    *,
    deleted: Collection[str] = (),
    excluding: str | None = None,
    client: DynamoDBClient | None = None,
) -> list[str]:
    """The ids of all dossiers, ordered by group and id. Fails unless the table holds exactly the items that the
    dossiers and their persons give, and grants, and the idempotency records of these dossiers.

    `deleted`: dossiers that are gone, whose idempotency records may be left. `excluding`: the key of a partition that
    `fill` wrote. Which words a name is indexed under is taken from `Content`; the unit tests of names check it.
    """
    stored = [deserialize(item) for item in items(table, client) if item["pk"]["S"] != excluding]
    by_key = {(item["pk"], item["sk"]): item for item in stored}
    assert len(by_key) == len(stored)
    dossiers = [item for item in stored if str(item["sk"]).startswith("DOSSIER#")]
    ids = [str(item["sk"]).removeprefix("DOSSIER#") for item in dossiers]
    assert set(ids).isdisjoint(deleted)
    expected = [item for item in stored if str(item["pk"]).startswith("USER#")]
    expected += [item for item in stored if item["sk"] == "KEY" and item["dossier_id"] in {*ids, *deleted}]
    for dossier, dossier_id in zip(dossiers, ids, strict=True):
        person = by_key[f"DOSSIER#{dossier_id}", "PERSON"]
        expected += [dossier, person, *_derive_items(dossier, person, dossier_id)]
    assert sorted(by_key) == sorted((item["pk"], item["sk"]) for item in expected)
    assert by_key == {(item["pk"], item["sk"]): item for item in expected}
    assert all(item.keys() == IDEMPOTENCY for item in stored if item["sk"] == "KEY")
    return [dossier_id for _, dossier_id in sorted(zip((str(item["pk"]) for item in dossiers), ids, strict=True))]


IDEMPOTENCY = {"pk", "sk", "dossier_id", "request_hash", "expires_at"}
"""The attributes of an idempotency record: ids and hashes."""


def _derive_items(dossier: Item, person: Item, dossier_id: str) -> list[Item]:
    """The other items that this dossier and its person must have. Fails when the two do not belong together."""
    group, identifier = str(dossier["pk"]), dossier.get("external_identifier")
    fields: Any = person["person"]
    content = Content(None if identifier is None else str(identifier), fields)
    assert content.external_identifier is not None or fields
    assert all(fields.values())
    assert dossier["dossier_group_id"] == group.removeprefix("GROUP#")
    assert dossier["row"] == rows.row(dossier_id, fields)
    assert dossier.get("version") == person.get("version")
    created_at, updated_at = str(dossier["created_at"]), str(dossier.get("updated_at", dossier["created_at"]))
    assert created_at == updated_at if dossier.get("version", 1) == 1 else created_at <= updated_at

    words = content.index_words
    pairs = {(a, b) for a in words for b in words if a <= b} if len(words) <= 9 else {(a, "*") for a in words}
    assert person.get("index_keys", frozenset()) == frozenset(f"{a}#{b}" for a, b in pairs)
    found: list[Item] = []
    for a, b in pairs:
        name: Item = {"pk": f"{group}#WORD#{a}", "sk": f"{b}#{dossier_id}", "row": dossier["row"]}
        # Dossiers that were stored before they had versions have no birthdates in their name items.
        if "version" in dossier and content.birthdate is not None:
            name["birthdate"] = content.birthdate
        # Filtered by queries of more words than the key has.
        if b == "*" or (a != b and len(words) > 2):
            name["words"] = words
        found.append(name)
    if identifier is not None:
        found.append({"pk": f"{group}#EXTERNAL#{identifier}", "sk": "EXTERNAL", "dossier_id": dossier_id})
    return found


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
