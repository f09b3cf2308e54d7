"""Creates that race, over HTTP. (moto answers races wrongly; tests/engine tries them closer to DynamoDB.)"""

import pytest

from tests.api import Api
from tests.builders import a_body, a_word
from tests.threads import at_once

pytestmark = pytest.mark.over_http


def test_of_24_creates_of_one_identifier_one_is_answered_200_and_the_rest_taken(api: Api) -> None:
    identifier, name = a_word(), a_word()
    answers = at_once(24, lambda _: api.create(a_body(external_identifier=identifier, firstname=name)))
    [created] = [answer.json["id"] for answer in answers if answer.status == 200]
    refused = [answer for answer in answers if answer.status != 200]
    assert [answer.errors for answer in refused] == [{"external_identifier": ["taken"]}] * 23
    assert api.search(name=name).ids == api.search(external_identifier=identifier).ids == [created]


def test_of_16_creates_under_one_key_all_are_answered_one_id(api: Api) -> None:
    body, key = a_body(firstname=(name := a_word())), a_word()
    answers = at_once(16, lambda _: api.create(body, key=key))
    assert {answer.status for answer in answers} == {200}
    [created] = {answer.json["id"] for answer in answers}
    assert [answer.headers.get("idempotent-replayed") for answer in answers].count(None) == 1
    assert api.search(name=name).ids == [created]
