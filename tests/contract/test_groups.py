"""GET /dossier_groups: the groups of the user, and the role in each."""

from base64 import urlsafe_b64encode

import pytest

from tests.api import Api
from tests.contract.conftest import ROLES

ORDERED = sorted(ROLES)


def cursor_of(link: str | None) -> str:
    assert link is not None
    return link.rpartition("cursor=")[2]


def test_the_groups_are_listed_with_the_role_in_each_ordered_by_id(api: Api) -> None:
    roles = api.groups().roles
    assert roles == ROLES
    assert list(roles) == ORDERED


def test_the_table_has_the_headers_id_and_role(api: Api) -> None:
    assert api.groups().json == {
        "headers": ["id", "role"],
        "rows": [[group, ROLES[group].value] for group in ORDERED],
    }


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_following_the_links_visits_every_group_once(api: Api, limit: int) -> None:
    pages = api.pages(api.groups(limit=str(limit)))
    assert [group for page in pages for group in page.roles] == ORDERED
    assert all(len(page.roles) == limit for page in pages[:-1])
    assert pages[-1].roles


@pytest.mark.parametrize("limit", [4, 5, 10_000])
def test_the_last_page_has_no_link(api: Api, limit: int) -> None:
    assert api.groups(limit=str(limit)).next is None


def test_a_page_behind_the_last_group_is_empty(api: Api) -> None:
    cursor = urlsafe_b64encode(b"contract-z").decode().rstrip("=")
    assert api.groups(cursor=cursor).roles == {}


def test_a_cursor_of_a_group_that_is_not_granted_opens_nothing(api: Api) -> None:
    cursor = urlsafe_b64encode(b"contract-aa").decode().rstrip("=")
    assert api.groups(cursor=cursor).roles == {group: ROLES[group] for group in ORDERED if group > "contract-aa"}


@pytest.mark.parametrize(
    "cursor", ["", "x", "AAAA", "====", "é", "#", "a" * 3000, "%00", "YSMx", "YSBi", "Y29udHJhY3QtYQ=="]
)
def test_a_cursor_that_was_made_up_is_refused(api: Api, cursor: str) -> None:
    response = api.groups(cursor=cursor)
    assert (response.status, response.errors) == (422, {"cursor": ["invalid"]})


def test_a_cursor_of_a_list_of_dossiers_is_refused(api: Api) -> None:
    for _ in range(2):
        api.create_dossier()
    response = api.groups(cursor=cursor_of(api.search(limit="1").next))
    assert (response.status, response.errors) == (422, {"cursor": ["invalid"]})


def test_a_cursor_of_this_list_is_refused_by_the_lists_of_dossiers(api: Api) -> None:
    cursor = cursor_of(api.groups(limit="1").next)
    for response in (
        api.index(cursor=cursor),
        api.index(name="jan", cursor=cursor),
        api.search(cursor=cursor),
        api.post_index({}, cursor=cursor),
        api.post_search({"name": "jan"}, cursor=cursor),
    ):
        assert (response.status, response.errors) == (422, {"cursor": ["invalid"]})


@pytest.mark.parametrize("limit", ["0", "-1", "10001", "", "ten", "1.0", "1e3", "+5", " 1"])
def test_a_limit_is_a_number_from_1_to_10000(api: Api, limit: str) -> None:
    response = api.groups(limit=limit)
    assert (response.status, response.errors) == (422, {"limit": ["invalid"]})


@pytest.mark.parametrize("name", ["name", "external_identifier", "birthdate", "role", "id", "Limit"])
def test_a_parameter_that_does_not_exist_is_refused(api: Api, name: str) -> None:
    response = api.groups(**{name: "x"})
    assert (response.status, response.errors) == (422, {name: ["unknown"]})


@pytest.mark.parametrize("parameter", ["limit", "cursor"])
def test_a_parameter_given_twice_is_refused(api: Api, parameter: str) -> None:
    response = api.request("GET", "/api/v1/dossier_groups", query=f"{parameter}=1&{parameter}=1")
    assert (response.status, response.errors) == (422, {parameter: ["invalid"]})


@pytest.mark.parametrize("body", ["{}", " ", '{"limit": 1}', b"\xff"])
def test_the_list_takes_no_body(api: Api, body: str | bytes) -> None:
    response = api.request("GET", "/api/v1/dossier_groups", body=body)
    assert (response.status, response.errors) == (422, {"base": ["invalid"]})


def test_every_broken_parameter_is_named_at_once(api: Api) -> None:
    response = api.request("GET", "/api/v1/dossier_groups", query="limit=0&cursor=x&x=1&%ff=1", body="{}")
    assert (response.status, response.errors) == (
        422,
        {"limit": ["invalid"], "cursor": ["invalid"], "x": ["unknown"], "base": ["invalid"]},
    )
