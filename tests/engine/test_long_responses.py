"""Lists that do not fit in one response."""

import gzip
import json
from base64 import b64decode

import pytest

from dossiers.storage.table import Table
from tests import handlers
from tests.api import Api
from tests.contents import a_user, fill

MAX_LAMBDA_RESPONSE = 6 * 1024 * 1024
"""Bytes of the response of a function as JSON, the most that Lambda accepts."""


def bodies(api: Api) -> list[str]:
    return [page.body for page in api.pages(api.index())]


def test_a_response_ends_before_5_000_000_bytes_and_its_links_lead_to_the_rest(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local, groups=2)
    own = fill(dynamodb_local, api.group, 4000, "é" * 255)
    other = fill(dynamodb_local, api.other, 6000, "字" * 255)
    pages = api.pages(api.index())
    assert [dossier for page in pages for dossier in page.ids] == own + other
    sizes = [len(page.body.encode()) for page in pages]
    assert max(sizes) <= 5_000_000
    assert min(sizes[:-1]) > 5_000_000 - 2000


@pytest.mark.parametrize("character", ['"', "\\", "\u2028", "字"])
def test_a_response_is_within_lambdas_limit_whatever_the_names(dynamodb_local: Table, character: str) -> None:
    """A quote takes two bytes of the body, and four bytes of the function's response as JSON."""
    api = a_user(dynamodb_local, user="user")
    ids = fill(dynamodb_local, api.group, 5000, character * 255, character * 255)
    found: list[str] = []
    path, query = f"/api/v1/dossier_groups/{api.group}/dossiers", ""
    while True:
        response = handlers.call("GET", path, query, sub="user")
        # Lambda's runtime uses simplejson, which escapes U+2028.
        payload = json.dumps(response, ensure_ascii=False).replace("\u2028", "\\u2028")
        assert len(payload.encode()) <= MAX_LAMBDA_RESPONSE
        found += [row[0] for row in json.loads(response["body"])["rows"]]
        if "Link" not in response["headers"]:
            break
        query = response["headers"]["Link"].partition("?")[2].partition(">")[0]
    assert found == ids


def test_10_000_dossiers_with_ordinary_names_are_one_response(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    ids = fill(dynamodb_local, api.group, 10_000, "de Vries-Jansen")
    response = api.index()
    assert response.ids == ids
    assert response.next is None
    assert api.index(limit="10000").next is None
    assert len(api.pages(api.index(limit="9999"))) == 2


def test_a_long_response_is_compressed_for_a_client_that_accepts_it(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local, user="user")
    fill(dynamodb_local, api.group, 1000, "Zoë")
    plain = handlers.call("GET", "/api/v1/dossiers", sub="user")
    compressed = handlers.call("GET", "/api/v1/dossiers", sub="user", headers={"accept-encoding": "br, gzip"})
    assert "Content-Encoding" not in plain["headers"]
    assert compressed["headers"]["Content-Encoding"] == "gzip"
    assert plain["headers"]["Vary"] == compressed["headers"]["Vary"] == "Accept-Encoding"
    assert compressed["isBase64Encoded"]
    assert gzip.decompress(b64decode(compressed["body"])).decode() == plain["body"]
    assert len(compressed["body"]) < len(plain["body"])


def test_more_groups_than_are_read_ahead_are_all_listed(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local, groups=30)
    groups = {api.group, api.other}
    for group in groups:
        api.create_dossier(group=group)
    assert len(api.all_ids(api.index(limit="1"))) == 2
    assert len(api.index().rows) == 2
