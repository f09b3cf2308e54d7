"""Compares the table with the responses that clients received."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from mypy_boto3_dynamodb import DynamoDBClient

from dossiers.storage.table import Table
from dossiers.usecases import access
from tests.builders import a_word
from tests.contents import complete_dossiers, fill, items
from tests.failures.model import DELETED, Dossier, Model, State

Stored = dict[str, Any]
"""An item as the table stores it."""


class Archive:
    """A group that no test changes, and a user who is granted it. DynamoDB reads it in three pages of 1 MB."""

    def __init__(self, table: Table, client: DynamoDBClient, rows: int = 1400) -> None:
        self.client = client
        self.group, self.user = a_word("archive-"), a_word("user-")
        access.grant(table, self.user, [self.group], by="tests")
        self.model = Model()
        name = "字" * 255
        for id_ in fill(table, self.group, rows, name, name, client):
            self.model.add(Dossier(self.group, State(name, name), id=id_))


def problems(table: Table, archive: Archive, models: Iterable[Model]) -> list[str]:
    """The problems of the table: dossiers that are missing, duplicated, incomplete, unexpected or in another state."""
    dossiers = [dossier for model in models for dossier in model.dossiers]
    stored = {(item["pk"]["S"], item["sk"]["S"]): item for item in items(table, archive.client)}
    archived = [sk for pk, sk in stored if pk == f"GROUP#{archive.group}"]
    found = {
        sk.removeprefix("DOSSIER#"): _state(item, stored)
        for (pk, sk), item in stored.items()
        if sk.startswith("DOSSIER#") and pk != f"GROUP#{archive.group}"
    }
    deleted = {dossier.id for dossier in dossiers if dossier.id is not None and DELETED in dossier.possible}
    try:
        complete_dossiers(
            table, excluding=f"GROUP#{archive.group}", deleted=deleted - found.keys(), client=archive.client
        )
    except (AssertionError, LookupError) as exc:
        return [f"table: incomplete: {exc!r}"[:1000]]
    found_problems = list(_problems_of(dossiers, {id_: state for id_, state in found.items() if state is not None}))
    if archived != [f"DOSSIER#{dossier.id}" for dossier in archive.model.dossiers]:
        found_problems.append("table: the archive has changed")
    return found_problems


def _problems_of(dossiers: Iterable[Dossier], found: dict[str, State]) -> Iterator[str]:
    ids_by_lastname = defaultdict(list)
    for id_, state in found.items():
        ids_by_lastname[state.lastname].append(id_)
    expected: set[str] = set()
    for dossier in dossiers:
        ids = {id_ for id_ in ids_by_lastname[dossier.created.lastname] if id_ != dossier.id}
        ids |= {dossier.id} & found.keys() if dossier.id is not None else set()
        expected |= ids
        if len(ids) > 1:
            yield f"table: one create made {len(ids)} dossiers"
        elif dossier.must_exist and not ids:
            yield "table: an acknowledged dossier is missing"
        elif ids and dossier.id is not None and ids != {dossier.id}:
            yield "table: a dossier has another id than in its response"
        elif any(found[id_] not in dossier.possible for id_ in ids):
            yield "table: a dossier is in a state that no response and no lost write explains"
    if unexpected := found.keys() - expected:
        yield f"table: {len(unexpected)} dossiers exist although their creates were refused"


def _state(dossier: Stored, stored: dict[tuple[str, str], Stored]) -> State | None:
    """The state of a dossier in the table, None when its person is missing."""
    person_item = stored.get((dossier["sk"]["S"], "PERSON"))
    if person_item is None:
        return None
    person = {name: value["S"] for name, value in person_item["person"]["M"].items()}
    return State(
        person["firstname"],
        person["lastname"],
        dossier["external_identifier"]["S"] if "external_identifier" in dossier else None,
        birth_year=int(person["birthdate"].removesuffix("-02-23")),
        gender=person["gender"],
        version=int(dossier["version"]["N"]),
    )
