"""What is in the table, compared with what clients were told."""

from collections import defaultdict
from collections.abc import Iterable

from mypy_boto3_dynamodb import DynamoDBClient

from dossiers.storage.table import Table
from dossiers.usecases import access
from tests.builders import a_word
from tests.contents import fill, items, whole
from tests.failures.model import Dossier, Model


class Archive:
    """A list that nobody changes, and a user who may see it. DynamoDB reads it in three pages of 1 MB."""

    def __init__(self, table: Table, client: DynamoDBClient, rows: int = 1400) -> None:
        self.client = client
        self.group, self.user = a_word("archive-"), a_word("user-")
        access.grant(table, self.user, [self.group], by="tests")
        self.model = Model()
        name = "字" * 255
        for id_ in fill(table, self.group, rows, name, name, client):
            self.model.add(Dossier(self.group, name, name, id=id_, exists=True))


def problems(table: Table, archive: Archive, models: Iterable[Model]) -> list[str]:
    """What is wrong in the table: missing, doubled, partial, or there without a reason."""
    stored = items(table, archive.client)
    try:
        ids = whole(table, leaving_out=f"GROUP#{archive.group}", client=archive.client)
    except (AssertionError, LookupError) as exc:
        return [f"table: not whole: {exc!r}"[:1000]]
    persons = {
        item["pk"]["S"].removeprefix("DOSSIER#"): item["person"]["M"] for item in stored if item["sk"]["S"] == "PERSON"
    }
    named = defaultdict(list)
    for id_ in ids:
        named[persons[id_]["lastname"]["S"]].append(id_)
    found_problems = []
    for dossier in (dossier for model in models for dossier in model.dossiers):
        found = named.pop(dossier.lastname, [])
        if len(found) > 1:
            found_problems.append(f"table: one create made {len(found)} dossiers")
        elif dossier.exists and not found:
            found_problems.append("table: a dossier is missing that a response said exists")
        elif dossier.id is not None and found != [dossier.id]:
            found_problems.append("table: a dossier has another id than a response said")
    if named:
        found_problems.append(f"table: {len(named)} dossiers exist although their creates were refused")
    archived = [item["sk"]["S"] for item in stored if item["pk"]["S"] == f"GROUP#{archive.group}"]
    if archived != [f"DOSSIER#{dossier.id}" for dossier in archive.model.dossiers]:
        found_problems.append("table: the archive has changed")
    return found_problems
