"""What a role permits, and in which order a request is checked."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.api import Api, Http, Response
from tests.builders import a_body, a_patch, a_word
from tests.contract.conftest import EDITORS, READERS

FORBIDDEN = {"base": ["forbidden"]}
GROUP_NOT_FOUND = {"dossier_group_id": ["not_found"]}
NOT_FOUND = {"dossier_id": ["not_found"]}

UNKNOWN = "00000000-0000-4000-8000-000000000000"

Operation = Callable[[Api, str], Response]

LISTS: dict[str, Operation] = {
    "list": lambda api, group: api.search(group, limit="1"),
    "name search": lambda api, group: api.search(group, name="jan", limit="1"),
    "identifier search": lambda api, group: api.search(group, external_identifier="x"),
    "POST search, all": lambda api, group: api.post_search({}, group=group, limit="1"),
    "POST search, name": lambda api, group: api.post_search({"name": "jan"}, group=group, limit="1"),
    "POST search, identifier": lambda api, group: api.post_search({"external_identifier": "x"}, group=group),
}
SHOW: dict[str, Operation] = {"show": lambda api, group: api.show(UNKNOWN, group=group)}
CREATE: dict[str, Operation] = {"create": lambda api, group: api.create(a_body(), group=group)}
UPDATE: dict[str, Operation] = {"update": lambda api, group: api.update(UNKNOWN, a_patch(city="Ede"), group=group)}
DELETE: dict[str, Operation] = {"delete": lambda api, group: api.delete(UNKNOWN, group=group)}


def operations(*groups: dict[str, Operation]) -> pytest.MarkDecorator:
    named = {name: operation for group in groups for name, operation in group.items()}
    return pytest.mark.parametrize("operation", named.values(), ids=named.keys())


# --- Reader ---------------------------------------------------------------------------------------------------------


@operations(LISTS)
def test_a_reader_lists_and_searches(api: Api, operation: Operation) -> None:
    assert operation(api, READERS).status == 200


def test_a_reader_shows(api: Api) -> None:
    response = api.show(UNKNOWN, group=READERS)
    assert (response.status, response.errors) == (404, NOT_FOUND)


@operations(CREATE, UPDATE, DELETE)
def test_a_reader_neither_creates_nor_updates_nor_deletes(api: Api, operation: Operation) -> None:
    response = operation(api, READERS)
    assert (response.status, response.json) == (403, {"errors": FORBIDDEN})


def test_a_create_that_is_forbidden_writes_nothing(api: Api) -> None:
    name, identifier = a_word(), a_word()
    assert api.create(a_body(firstname=name, external_identifier=identifier), group=READERS).status == 403
    assert api.search(READERS, name=name).rows == api.search(READERS, external_identifier=identifier).rows == []


# --- Editor ---------------------------------------------------------------------------------------------------------


@operations(LISTS, CREATE)
def test_an_editor_lists_searches_and_creates(api: Api, operation: Operation) -> None:
    assert operation(api, EDITORS).status == 200


def test_an_editor_shows_and_updates(api: Api) -> None:
    dossier = api.create_dossier(group=EDITORS)
    assert api.show(dossier, group=EDITORS).status == 200
    assert api.update(dossier, a_patch(city="Ede"), group=EDITORS).status == 200


def test_an_editor_does_not_delete(api: Api) -> None:
    dossier = api.create_dossier(group=EDITORS)
    response = api.delete(dossier, group=EDITORS)
    assert (response.status, response.json) == (403, {"errors": FORBIDDEN})
    assert api.show(dossier, group=EDITORS).status == 200


# --- Manager --------------------------------------------------------------------------------------------------------


@operations(LISTS, CREATE)
def test_a_manager_lists_searches_and_creates(api: Api, operation: Operation) -> None:
    assert operation(api, api.group).status == 200


def test_a_manager_shows_updates_and_deletes(api: Api) -> None:
    dossier = api.create_dossier()
    assert api.show(dossier).status == 200
    assert api.update(dossier, a_patch(city="Ede")).status == 200
    assert api.delete(dossier).status == 204


# --- Without a grant ------------------------------------------------------------------------------------------------


@operations(LISTS, SHOW, CREATE, UPDATE, DELETE)
def test_without_a_grant_the_group_is_not_found_and_nothing_is_forbidden(api: Api, operation: Operation) -> None:
    response = operation(api, a_word("nobody-"))
    assert (response.status, response.json) == (404, {"errors": GROUP_NOT_FOUND})


def test_the_lists_of_all_groups_take_any_role(api: Api) -> None:
    dossier = api.create_dossier(group=EDITORS, firstname=(name := a_word()))
    assert api.index(name=name).ids == api.post_index({"name": name}).ids == [dossier]
    assert READERS in api.groups().roles


# --- The order of checks --------------------------------------------------------------------------------------------

WRITES: dict[str, Callable[..., Response]] = {
    "create": lambda api, group, body, query, **_: api.create(body, group=group, query=query, key=" "),
    "update": lambda api, group, body, query, **_: api.update(UNKNOWN, body, group=group, query=query, if_match="x"),
    "delete": lambda api, group, body, query, **_: api.delete(
        UNKNOWN, group=group, body=body, query=query, if_match="x"
    ),
}
writes = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
BROKEN = ["{", json.dumps({"person": {"gender": "x"}})]


@pytest.mark.over_http
def test_the_token_is_checked_before_the_group(api: Api) -> None:
    target = api.url(UNKNOWN, group=a_word("nobody-"))
    for method in ("GET", "PATCH", "DELETE"):
        response = Http(api.transport.base, None).request(method, target, body="{")
        assert (response.status, response.json) == (401, {"message": "Unauthorized"})


@writes
@pytest.mark.parametrize("body", BROKEN)
def test_the_group_is_checked_before_everything_in_the_request(
    api: Api, write: Callable[..., Response], body: str
) -> None:
    response = write(api, a_word("nobody-"), body, "x=1")
    assert (response.status, response.errors) == (404, GROUP_NOT_FOUND)


@writes
@pytest.mark.parametrize("body", BROKEN)
def test_the_role_is_checked_before_everything_in_the_request(
    api: Api, write: Callable[..., Response], body: str
) -> None:
    response = write(api, READERS, body, "x=1")
    assert (response.status, response.errors) == (403, FORBIDDEN)


def test_the_role_is_checked_before_the_dossier(api: Api) -> None:
    for dossier in (str(uuid4()), "x", api.create_dossier()):
        assert api.update(dossier, a_patch(city="Ede"), group=READERS).status == 403
        assert api.delete(dossier, group=EDITORS).status == 403


def test_the_group_is_checked_before_the_body_of_a_show_and_of_a_search(api: Api) -> None:
    group = a_word("nobody-")
    assert api.show(UNKNOWN, group=group, body="{}", query="x=1").errors == GROUP_NOT_FOUND
    assert api.post_search("{", group=group, x="1").errors == GROUP_NOT_FOUND


def test_json_is_checked_before_fields_parameters_and_version(api: Api) -> None:
    response = api.update(UNKNOWN, "{", query="x=1", if_match="x")
    assert (response.status, response.errors) == (400, {"base": ["invalid_json"]})


@pytest.mark.parametrize("query", ["", "x=1"])
def test_fields_parameters_and_version_are_checked_before_the_dossier(api: Api, query: str) -> None:
    for response in (
        api.show(UNKNOWN, query=query or "y=1"),
        api.update(UNKNOWN, a_patch(gender="x"), query=query),
        api.update(UNKNOWN, a_patch(city="Ede"), query=query, if_match="x"),
        api.delete(UNKNOWN, query=query, if_match="x"),
        api.delete(UNKNOWN, query=query, body="{}"),
    ):
        assert response.status == 422


def test_the_dossier_is_checked_before_its_version(api: Api) -> None:
    for response in (
        api.update(UNKNOWN, a_patch(city="Ede"), if_match='"9"'),
        api.delete(UNKNOWN, if_match='"9"'),
    ):
        assert (response.status, response.errors) == (404, NOT_FOUND)


def test_the_dossier_is_checked_before_the_rules_that_need_it(api: Api) -> None:
    identifier = a_word()
    api.create_dossier(external_identifier=identifier)
    words = " ".join(str(number) for number in range(49))
    for patch in ("{}", a_patch(external_identifier=identifier), a_patch(firstname=words)):
        response = api.update(UNKNOWN, patch)
        assert (response.status, response.errors) == (404, NOT_FOUND)


def test_blank_and_too_many_words_are_checked_before_taken(api: Api) -> None:
    identifier = a_word()
    api.create_dossier(external_identifier=identifier)
    dossier = api.create_dossier(lastname=None)
    words = " ".join(str(number) for number in range(49))
    response = api.update(dossier, a_patch(external_identifier=identifier, firstname=words))
    assert (response.status, response.errors) == (422, {"firstname": ["too_many_words"]})
