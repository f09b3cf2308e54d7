"""Compares the table with the responses that clients received."""

from collections import defaultdict
from collections.abc import Iterable

from mypy_boto3_dynamodb import DynamoDBClient

from dossiers.storage.table import Table
from dossiers.usecases import access
from tests.builders import a_word
from tests.contents import complete_dossiers, fill, items
from tests.failures.model import Dossier, Model


class Archive:
    """A group that no test changes, and a user who is granted it. DynamoDB reads it in three pages of 1 MB."""

    def __init__(self, table: Table, client: DynamoDBClient, rows: int = 1400) -> None:
        self.client = client
        self.group, self.user = a_word("archive-"), a_word("user-")
        access.grant(table, self.user, [self.group], by="tests")
        self.model = Model()
        name = "字" * 255
        for id_ in fill(table, self.group, rows, name, name, client):
            self.model.add(Dossier(self.group, name, name, id=id_, exists=True))


def problems(table: Table, archive: Archive, models: Iterable[Model]) -> list[str]:
    """The problems of the table: dossiers that are missing, duplicated, incomplete or unexpected."""
    stored = items(table, archive.client)
    try:
        ids = complete_dossiers(table, excluding=f"GROUP#{archive.group}", client=archive.client)
    except (AssertionError, LookupError) as exc:
        return [f"table: incomplete: {exc!r}"[:1000]]
    persons = {
        item["pk"]["S"].removeprefix("DOSSIER#"): item["person"]["M"] for item in stored if item["sk"]["S"] == "PERSON"
    }
    ids_by_lastname = defaultdict(list)
    for id_ in ids:
        ids_by_lastname[persons[id_]["lastname"]["S"]].append(id_)
    found_problems = []
    for dossier in (dossier for model in models for dossier in model.dossiers):
        found = ids_by_lastname.pop(dossier.lastname, [])
        if len(found) > 1:
            found_problems.append(f"table: one create made {len(found)} dossiers")
        elif dossier.exists and not found:
            found_problems.append("table: an acknowledged dossier is missing")
        elif dossier.id is not None and found != [dossier.id]:
            found_problems.append("table: a dossier has another id than in its response")
    if ids_by_lastname:
        found_problems.append(f"table: {len(ids_by_lastname)} dossiers exist although their creates were refused")
    archived = [item["sk"]["S"] for item in stored if item["pk"]["S"] == f"GROUP#{archive.group}"]
    if archived != [f"DOSSIER#{dossier.id}" for dossier in archive.model.dossiers]:
        found_problems.append("table: the archive has changed")
    return found_problems
