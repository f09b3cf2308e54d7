"""Responses of API Gateway to requests that reach no function. Only over HTTP."""

import pytest

from tests.api import Api, Http

pytestmark = pytest.mark.over_http


ROUTES = [
    ("GET", "/api/v1/dossiers"),
    ("GET", "/api/v1/dossier_groups"),
    ("GET", "/api/v1/dossier_groups/x/dossiers"),
    ("POST", "/api/v1/dossier_groups/x/dossiers"),
    ("POST", "/api/v1/dossiers/search"),
    ("POST", "/api/v1/dossier_groups/x/dossiers/search"),
    ("GET", "/api/v1/dossier_groups/x/dossiers/y"),
    ("PATCH", "/api/v1/dossier_groups/x/dossiers/y"),
    ("DELETE", "/api/v1/dossier_groups/x/dossiers/y"),
]


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c"])
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_valid_token_401(api: Api, method: str, path: str, token: str | None) -> None:
    response = Http(api.transport.base, token).request(method, path)
    assert (response.status, response.json) == (401, {"message": "Unauthorized"})
    assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api"),
        ("GET", "/api/v1"),
        ("GET", "/api/v1/dossier"),
        ("GET", "/api/v1/dossier_groups/"),
        ("POST", "/api/v1/dossier_groups"),
        ("GET", "/api/v1/dossier_groups/x"),
        ("GET", "/api/v1/dossier_groups//dossiers"),
        ("GET", "/api/v2/dossiers"),
        ("POST", "/api/v1/dossiers"),
        ("DELETE", "/api/v1/dossiers"),
        ("PUT", "/api/v1/dossier_groups/x/dossiers"),
        ("PATCH", "/api/v1/dossier_groups/x/dossiers"),
        ("DELETE", "/api/v1/dossier_groups/x/dossiers"),
        ("GET", "/api/v1/dossiers/search"),
        ("POST", "/api/v1/dossier_groups/search"),
        ("POST", "/api/v1/dossier_groups/x/dossiers/y"),
        ("PUT", "/api/v1/dossier_groups/x/dossiers/y"),
        ("PATCH", "/api/v1/dossier_groups/x/dossiers/y/z"),
        ("DELETE", "/api/v1/dossier_groups/x/dossiers/"),
        ("DELETE", "/api/v1/dossier_groups/x/dossiers//"),
        ("OPTIONS", "/api/v1/dossiers"),
        ("OPTIONS", "/api/v1/dossier_groups/x/dossiers"),
    ],
)
@pytest.mark.parametrize("token", ["none", "the user's"])
def test_an_unknown_route_is_not_found_with_and_without_a_token(api: Api, method: str, path: str, token: str) -> None:
    transport = api.transport if token == "the user's" else Http(api.transport.base, None)
    response = transport.request(method, path)
    assert (response.status, response.json) == (404, {"message": "Not Found"})


@pytest.mark.parametrize("path", sorted({path for method, path in ROUTES if method == "GET"}))
def test_head_is_no_route_and_its_response_has_no_body(api: Api, path: str) -> None:
    response = api.transport.request("HEAD", path)
    assert (response.status, response.body) == (404, "")
