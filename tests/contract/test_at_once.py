"""Concurrent creates, over HTTP. moto has no conflicts. tests/engine has the same tests on DynamoDB Local."""

import pytest

from tests.api import Api
from tests.builders import a_body, a_word
from tests.threads import at_once

pytestmark = pytest.mark.over_http


def test_of_24_concurrent_creates_with_one_identifier_one_succeeds_and_the_others_are_taken(api: Api) -> None:
    identifier, name = a_word(), a_word()
    responses = at_once(24, lambda _: api.create(a_body(external_identifier=identifier, firstname=name)))
    [created] = [response.json["id"] for response in responses if response.status == 200]
    refused = [response for response in responses if response.status != 200]
    assert [response.errors for response in refused] == [{"external_identifier": ["taken"]}] * 23
    assert api.search(name=name).ids == api.search(external_identifier=identifier).ids == [created]


def test_16_concurrent_creates_with_one_key_all_return_one_id(api: Api) -> None:
    body, key = a_body(firstname=(name := a_word())), a_word()
    responses = at_once(16, lambda _: api.create(body, key=key))
    assert {response.status for response in responses} == {200}
    [created] = {response.json["id"] for response in responses}
    assert [response.headers.get("idempotent-replayed") for response in responses].count(None) == 1
    assert api.search(name=name).ids == [created]
