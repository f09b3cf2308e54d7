"""A user with groups, through the handlers, and a look at what is really in the table."""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any
from uuid import uuid4

from mypy_boto3_dynamodb import DynamoDBClient

from dossiers.domain import rows
from dossiers.domain.roles import Role
from dossiers.storage import items as keys
from dossiers.storage.client import plain_client
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
    """Every item of the table, as stored. `client`: that of another engine than the environment names."""
    pages = (client or plain_client()).get_paginator("scan").paginate(TableName=table.name, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]


def _members(item: dict[str, Any], attribute: str) -> set[str]:
    """The members of an item's set; none when it has no such set."""
    return set(item.get(attribute, {"SS": []})["SS"])


def whole(
    table: Table,
    *,
    leaving_out: str | None = None,
    deleted: Collection[str] = (),
    client: DynamoDBClient | None = None,
) -> list[str]:
    """The ids of all dossiers; fails unless each has all its items, and each item its dossier.

    `leaving_out`: the key of a partition that `fill` wrote. `deleted`: the ids of dossiers that were deleted, of which
    nothing but the Idempotency-Keys of their creates may be left.

    Only for names whose words are lower case without accents once they are split at spaces.
    """
    stored = {
        (item["pk"]["S"], item["sk"]["S"]): item for item in items(table, client) if item["pk"]["S"] != leaving_out
    }
    found = {key: item for key, item in stored.items() if key[1].startswith("DOSSIER#")}
    expected = {key for key in stored if key[0].startswith("USER#")} | set(found)
    for (group, key), item in found.items():
        dossier = key.removeprefix("DOSSIER#")
        person = stored[(f"DOSSIER#{dossier}", "PERSON")]
        expected.add((f"DOSSIER#{dossier}", "PERSON"))
        assert person.get("version") == item.get("version")
        fields = person["person"]["M"]
        names = [fields[name]["S"] for name in ("firstname", "lastname") if name in fields]
        words = {word for name in names for word in name.lower().split()}
        pairs = {(a, b) for a in words for b in words if a <= b} if len(words) <= 9 else {(a, "*") for a in words}
        assert _members(person, "index_keys") == {f"{a}#{b}" for a, b in pairs}
        for a, b in pairs:
            name = stored[(f"{group}#WORD#{a}", f"{b}#{dossier}")]
            assert name["row"] == item["row"]
            assert name.get("birthdate") == fields.get("birthdate")
            # Asked for by a query of more words than the key has.
            has_words = b == "*" or (a != b and len(words) > 2)
            assert _members(name, "words") == (words if has_words else set())
            expected.add((name["pk"]["S"], name["sk"]["S"]))
        if "external_identifier" in item:
            guard = (f"{group}#EXTERNAL#{item['external_identifier']['S']}", "EXTERNAL")
            assert stored[guard]["dossier_id"]["S"] == dossier
            expected.add(guard)
    ids = {key.removeprefix("DOSSIER#") for _, key in found}
    assert ids.isdisjoint(deleted)
    ids.update(deleted)
    expected |= {key for key, other in stored.items() if key[1] == "KEY" and other["dossier_id"]["S"] in ids}
    assert set(stored) == expected
    return [key.removeprefix("DOSSIER#") for _, key in found]


def fill(
    table: Table, group: str, count: int, lastname: str, firstname: str = "Jan", client: DynamoDBClient | None = None
) -> list[str]:
    """Write dossiers, without persons and names, straight into the table; their ids in order."""
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
