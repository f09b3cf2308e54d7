"""Groups that are not granted: the responses are those for groups that do not exist."""

import pytest

from tests.api import Api
from tests.builders import a_body, a_word

NOT_FOUND = {"dossier_group_id": ["not_found"]}


def test_a_group_that_is_not_granted_is_not_found(api: Api) -> None:
    group = a_word("nobody-")
    for response in (api.search(group), api.search(group, name="jan"), api.create(a_body(), group=group)):
        assert (response.status, response.errors) == (404, NOT_FOUND)


@pytest.mark.parametrize("group", ["a b", "a#b", "contract-a#DOSSIER", "a/b", "ë", "a.b", "x" * 65, "%", "*", "a,b"])
def test_an_id_that_no_group_can_have_is_not_found(api: Api, group: str) -> None:
    for response in (api.search(group), api.create(a_body(), group=group)):
        assert (response.status, response.errors) == (404, NOT_FOUND)


def test_access_to_the_group_is_checked_before_the_parameters_and_the_body(api: Api) -> None:
    group = a_word()
    assert api.search(group, nmae="jan").errors == NOT_FOUND
    assert api.create("no json", group=group).errors == NOT_FOUND
    assert api.create(b"\xff", group=group, query="x=1", key=" ").errors == NOT_FOUND


def test_group_ids_are_case_sensitive(api: Api) -> None:
    assert api.search(api.group.upper()).status == 404
