"""Groups that are not granted: as if they did not exist."""

import pytest

from tests.api import Api
from tests.builders import a_body, a_word

NOT_FOUND = {"dossier_group_id": ["not_found"]}


def test_a_group_that_is_not_granted_is_not_found(api: Api) -> None:
    group = a_word("nobody-")
    for response in (api.search(group), api.search(group, name="jan"), api.create(a_body(), group=group)):
        assert (response.status, response.errors) == (404, NOT_FOUND)


@pytest.mark.parametrize("group", ["a b", "a#b", "contract-a#DOSSIER", "a/b", "ë", "a.b", "x" * 65, "%", "*", "a,b"])
def test_what_cannot_be_a_group_is_not_found(api: Api, group: str) -> None:
    for response in (api.search(group), api.create(a_body(), group=group)):
        assert (response.status, response.errors) == (404, NOT_FOUND)


def test_the_group_is_looked_at_before_the_parameters_and_the_body(api: Api) -> None:
    group = a_word()
    assert api.search(group, nmae="jan").errors == NOT_FOUND
    assert api.create("no json", group=group).errors == NOT_FOUND
    assert api.create(b"\xff", group=group, query="x=1", key=" ").errors == NOT_FOUND


def test_ids_of_groups_have_case(api: Api) -> None:
    assert api.search(api.group.upper()).status == 404
