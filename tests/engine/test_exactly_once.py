"""Creates that are concurrent, repeated or killed, or lose their response, make one complete dossier."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from dossiers.domain.errors import Cause, TryAgain
from dossiers.storage.table import Table
from dossiers.usecases import access, creating
from tests.api import Api, Handlers
from tests.builders import a_body, a_word
from tests.conftest import ROOT
from tests.contents import a_user, complete_dossiers, items
from tests.recording import Recording
from tests.threads import at_once

TAKEN = {"external_identifier": ["taken"]}


def test_of_24_concurrent_creates_with_one_identifier_one_succeeds_and_the_others_are_taken(
    dynamodb_local: Table,
) -> None:
    api, identifier = a_user(dynamodb_local), a_word()
    responses = at_once(24, lambda _: api.create(a_body(external_identifier=identifier)))
    [created] = [response for response in responses if response.status == 200]
    assert [response.errors for response in responses if response is not created] == [TAKEN] * 23
    assert complete_dossiers(dynamodb_local) == [created.json["id"]]
    assert api.search(external_identifier=identifier).ids == [created.json["id"]]


def test_16_concurrent_creates_with_one_key_all_return_one_id(dynamodb_local: Table) -> None:
    api, body, key = a_user(dynamodb_local), a_body(external_identifier=a_word()), a_word()
    responses = at_once(16, lambda _: api.create(body, key=key))
    assert {response.status for response in responses} == {200}
    [dossier] = {response.json["id"] for response in responses}
    assert sum("idempotent-replayed" not in response.headers for response in responses) == 1
    assert complete_dossiers(dynamodb_local) == [dossier]


def test_of_concurrent_creates_with_one_key_and_different_bodies_one_succeeds(dynamodb_local: Table) -> None:
    api, key = a_user(dynamodb_local), a_word()
    responses = at_once(8, lambda _: api.create(a_body(), key=key))
    assert Counter(response.status for response in responses) == {200: 1, 422: 7}
    assert len(complete_dossiers(dynamodb_local)) == 1


def test_concurrent_creates_of_one_user_do_not_conflict(dynamodb_local: Table, recording: Recording) -> None:
    api = a_user(dynamodb_local)
    recording.clear()
    responses = at_once(
        24, lambda _: api.create(a_body(firstname="Jan", lastname="Jansen", external_identifier=a_word()))
    )
    assert {response.status for response in responses} == {200}
    assert Counter(recording.operations) == {"GetItem": 24, "TransactWriteItems": 24}
    assert len(complete_dossiers(dynamodb_local)) == 24


def test_the_same_key_of_two_users_is_two_keys(dynamodb_local: Table) -> None:
    one, two = a_user(dynamodb_local), a_user(dynamodb_local)
    body, key = a_body(), a_word()
    assert one.create(body, key=key).json != two.create(body, key=key).json


def test_an_expired_key_is_ignored_also_before_dynamodb_deletes_it(
    dynamodb_local: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    api, body, key = a_user(dynamodb_local), a_body(), a_word()
    with monkeypatch.context() as patch:
        patch.setattr(creating, "KEY_LIFETIME", timedelta(0))
        first = api.create(body, key=key)
    again = api.create(body, key=key)
    assert again.json != first.json
    assert "idempotent-replayed" not in again.headers
    assert api.create(body, key=key).json == again.json


def test_a_key_is_kept_for_24_hours(dynamodb_local: Table) -> None:
    before = int(time.time())
    a_user(dynamodb_local).create(a_body(), key=a_word())
    [record] = [item for item in items(dynamodb_local) if item["sk"]["S"] == "KEY"]
    assert before <= int(record["expires_at"]["N"]) - 24 * 60 * 60 <= time.time()


@pytest.mark.parametrize("key", [None, "key"])
def test_a_create_whose_response_was_lost_returns_its_own_dossier(
    dynamodb_local: Table, recording: Recording, key: str | None
) -> None:
    """DynamoDB carries out the transaction, and its response is lost. botocore then sends the transaction again."""
    api, identifier = a_user(dynamodb_local), a_word()
    with recording.lose_transaction_response() as lost:
        response = api.create(a_body(external_identifier=identifier), key=key)
    assert [response.status for response in lost] == [200]
    assert recording.operations == ["GetItem", "TransactWriteItems", "TransactWriteItems"]
    assert response.status == 200
    assert "idempotent-replayed" not in response.headers
    assert complete_dossiers(dynamodb_local) == [response.json["id"]]


def test_a_create_that_is_sent_again_after_dynamodb_forgot_its_token_returns_its_own_dossier(
    dynamodb_local: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DynamoDB forgets the token of a transaction after ten minutes. Here the second attempt has another token."""
    api, write = a_user(dynamodb_local), Table.write

    def write_twice(self: Table, puts: Any, token: str) -> None:
        write(self, puts, token)
        write(self, puts, a_word())

    monkeypatch.setattr(Table, "write", write_twice)
    response = api.create(a_body(external_identifier=a_word()))
    assert response.status == 200
    assert complete_dossiers(dynamodb_local) == [response.json["id"]]


@pytest.mark.parametrize("key", [None, "key"])
def test_a_create_that_is_repeated_after_try_again_creates_no_second_dossier(
    dynamodb_local: Table, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    api, body = a_user(dynamodb_local), a_body(external_identifier=a_word())
    write = Table.write

    def write_and_fail(self: Table, puts: Any, token: str) -> None:
        write(self, puts, token)
        raise TryAgain(Cause.UNREACHABLE)

    with monkeypatch.context() as patch:
        patch.setattr(Table, "write", write_and_fail)
        response = api.create(body, key=key)
    assert (response.status, response.errors, response.headers["retry-after"]) == (503, {"base": ["try_again"]}, "1")
    [dossier] = complete_dossiers(dynamodb_local)
    again = api.create(body, key=key)
    if key is None:
        assert again.errors == TAKEN
    else:
        assert again.json == {"id": dossier}
    assert complete_dossiers(dynamodb_local) == [dossier]


CREATING = """
import itertools, sys
from datetime import UTC, datetime
from dossiers.domain import person
from dossiers.domain.roles import Role
from dossiers.storage.connection import table
from dossiers.usecases import access, creating
grant = access.require(table(), sys.argv[1], sys.argv[2], Role.EDITOR)
for number in itertools.count():
    key = f"{sys.argv[3]}-{number}"
    document = {"dossier": {"external_identifier": key}, "person": {"firstname": "Jan Piet", "lastname": "de Vries"}}
    new = person.parse(document, now=datetime.now(UTC))
    print(creating.create(table(), grant, new.content, creating.IdempotencyKey(key, digest=key)).id, flush=True)
"""


def test_a_killed_create_leaves_a_complete_dossier_or_nothing_and_every_returned_dossier_exists(
    dynamodb_local: Table,
) -> None:
    user, group = a_word(), a_word()
    access.grant(dynamodb_local, user, [group], by="tests")
    returned: set[str] = set()
    for number in range(4):
        command = [sys.executable, "-c", CREATING, user, group, str(number)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout is not None
            returned |= {process.stdout.readline().strip() for _ in range(random.randint(3, 9))}
            process.send_signal(signal.SIGKILL)
            returned |= set(process.stdout.read().split())
    dossiers = complete_dossiers(dynamodb_local)
    assert len(returned) >= 12
    assert returned <= set(dossiers)
    api = Api(Handlers(user), group, group)
    assert api.all_ids(api.search(name="vries jan")) == sorted(dossiers)
