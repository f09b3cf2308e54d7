"""Nothing of a person is left in the table: no old value after an update, and nothing at all after a delete."""

import json
import re
from uuid import uuid4

import pytest

from dossiers.domain import names
from dossiers.domain.content import PERSON_FIELDS
from dossiers.storage.items import Put
from dossiers.storage.table import Table
from tests import first_version
from tests.api import Api
from tests.builders import a_body, a_patch, a_word
from tests.contents import IDEMPOTENCY, a_user, complete_dossiers, items


def fields(number: int) -> dict[str, str]:
    """A value for each field. Words that nothing else in the table has, but for the birthdate and the gender."""
    values = {field: a_word().capitalize() for field in PERSON_FIELDS}
    values |= {
        "firstname": f"{a_word()}-{a_word()} d'{a_word()}",
        "lastname": f"Mü{a_word()} Ø{a_word()}-{a_word()}",
        "email": f"{a_word()}@{a_word()}.nl",
        "birthdate": f"{1901 + number}-02-03",
        "gender": "MF"[number % 2],
    }
    return {**values, "external_identifier": a_word().upper()}


def traces(table: Table, values: dict[str, str]) -> list[str]:
    """The texts of these fields, and the words and the parts of them, that any item of the table holds in any form."""
    stored = json.dumps(items(table), ensure_ascii=False).casefold()
    texts = {text for field, text in values.items() if field != "gender"}
    texts |= {part for text in texts for part in re.findall(r"[a-z]{20,}", text.casefold())}
    texts |= {word for text in texts for word in names.index_words([text]) if len(word) > 4}
    return sorted(text for text in texts if text.casefold() in stored)


def a_dossier(api: Api, values: dict[str, str], key: str) -> str:
    dossier_id: str = api.create(a_body(**values), key=key).json["id"]
    return dossier_id


def test_after_a_delete_the_table_holds_ids_and_hashes_only(dynamodb_local: Table) -> None:
    api, key = a_user(dynamodb_local), a_word()
    before = items(dynamodb_local)
    created, updated = fields(0), fields(1)
    dossier = a_dossier(api, created, key)
    assert len(traces(dynamodb_local, created)) > len(created)
    api.update_dossier(dossier, **updated)
    assert traces(dynamodb_local, created) == []
    assert len(traces(dynamodb_local, updated)) > len(updated)
    api.delete_dossier(dossier)

    assert traces(dynamodb_local, updated) == []
    [record] = [item for item in items(dynamodb_local) if item not in before]
    assert record.keys() == IDEMPOTENCY
    assert re.fullmatch(f"GROUP#{api.group}#KEY#[0-9a-f]{{64}}", record["pk"]["S"])
    assert record["sk"] == {"S": "KEY"}
    assert record["dossier_id"] == {"S": dossier}
    assert re.fullmatch("[0-9a-f]{64}", record["request_hash"]["S"])
    assert re.fullmatch("[0-9]{10}", record["expires_at"]["N"])
    assert key not in json.dumps(record)
    assert complete_dossiers(dynamodb_local, deleted=[dossier]) == []


def test_a_key_that_was_answered_with_an_id_keeps_answering_it_after_the_delete(dynamodb_local: Table) -> None:
    api, body, key = a_user(dynamodb_local), a_body(external_identifier="x"), a_word()
    dossier = api.create(body, key=key).json["id"]
    api.delete_dossier(dossier)
    again = api.create(body, key=key)
    assert (again.status, again.json, again.headers["idempotent-replayed"]) == (200, {"id": dossier}, "true")
    assert api.show(dossier).status == 404
    other = api.create(body, key=a_word()).json["id"]
    assert other != dossier
    assert complete_dossiers(dynamodb_local, deleted=[dossier]) == [other]


@pytest.mark.parametrize("field", [*PERSON_FIELDS, "external_identifier"])
def test_a_field_that_is_removed_is_nowhere_in_the_table(dynamodb_local: Table, field: str) -> None:
    api, values = a_user(dynamodb_local), fields(0)
    dossier = a_dossier(api, values, a_word())
    response = api.update(dossier, a_patch(**{field: None}))
    assert response.status == 200
    assert {**response.json["person"], **response.json["dossier"]} == {**values, field: None}
    assert traces(dynamodb_local, {field: values[field]}) == []
    assert complete_dossiers(dynamodb_local) == [dossier]


def test_a_dossier_of_the_first_version_is_deleted_with_everything(dynamodb_local: Table) -> None:
    api, values = a_user(dynamodb_local), fields(0)
    before, dossier = items(dynamodb_local), str(uuid4())
    identifier = values.pop("external_identifier")
    dynamodb_local.write([Put(item) for item in first_version.items_of(api.group, dossier, values, identifier)])
    api.delete_dossier(dossier)
    assert items(dynamodb_local) == before


def test_a_dossier_whose_words_were_folded_by_other_rules_is_deleted_and_renamed_whole(
    dynamodb_local: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Items are deleted by the index keys that are stored, not by those that today's rules give."""
    api = a_user(dynamodb_local)
    readings = names.readings
    with monkeypatch.context() as earlier:
        earlier.setattr(names, "readings", lambda text: [["old", *words] for words in readings(text)])
        deleted, renamed = api.create_dossier(), api.create_dossier()
    api.delete_dossier(deleted)
    api.update_dossier(renamed, firstname="Piet")
    assert api.search(name="old").ids == []
    assert complete_dossiers(dynamodb_local) == [renamed]
