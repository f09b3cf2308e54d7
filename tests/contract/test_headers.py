"""The headers of responses, and request headers that are sent twice."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dossiers import api as api_layer
from tests.api import Api, Http, Response
from tests.builders import a_body, a_word
from tests.contract.conftest import READERS

# This many rows of more than 400 characters make a body that is long enough to be compressed.
LONG_LIST = 80


def the_group(api: Api) -> str:
    return f"/api/v1/dossier_groups/{api.group}/dossiers"


def every_response(api: Api) -> Iterator[Response]:
    """One response of each kind that a function gives."""
    key, body = a_word(), a_body()
    dossier = api.create_dossier()
    yield from (
        api.index(limit="1"),
        api.search(limit="1"),
        api.groups(),
        api.post_index({}, limit="1"),
        api.post_search({}, limit="1"),
        api.create(body, key=key),
        api.create(body, key=key),
        api.create("no JSON"),
        api.create(a_body(), group=READERS),
        api.search(a_word()),
        api.create(a_body(gender="x")),
        api.index(limit="0"),
        api.show(dossier),
        api.show(dossier, group=api.other),
        api.update(dossier, {"person": {"city": "Ede"}}),
        api.update(dossier, {"person": {"city": "Epe"}}, if_match='"1"'),
        api.delete(dossier),
    )


def test_every_response_is_json_that_must_not_be_stored(api: Api) -> None:
    statuses = set()
    for response in every_response(api):
        statuses.add(response.status)
        assert response.headers["cache-control"] == "no-store"
        if response.status != 204:
            assert response.headers["content-type"] == "application/json"
    assert statuses == {200, 204, 400, 403, 404, 412, 422}


@pytest.mark.parametrize("accepted", [None, "gzip", "br"])
def test_a_list_varies_with_the_accepted_encoding_whatever_that_is(api: Api, accepted: str | None) -> None:
    headers = {} if accepted is None else {"Accept-Encoding": accepted}
    for method, target, body in (
        ("GET", "/api/v1/dossiers?limit=1", None),
        ("GET", f"{the_group(api)}?external_identifier={a_word()}", None),
        ("GET", "/api/v1/dossier_groups", None),
        ("POST", "/api/v1/dossiers/search?limit=1", "{}"),
    ):
        response = api.transport.request(method, target, body=body, headers={**headers})
        assert response.headers["vary"] == "Accept-Encoding"


@pytest.mark.slow
def test_a_long_list_is_compressed_for_a_client_that_accepts_gzip(api: Api) -> None:
    name = (a_word() * 7)[:200]  # one word: moto is slow with names of many words
    ids = sorted(api.create_dossier(firstname=name, lastname=name) for _ in range(LONG_LIST))

    def encoding_of_list(limit: int, accepted: str | list[str]) -> str | None:
        """The encoding of a list of so many of these rows."""
        target = f"{the_group(api)}?name={name}&limit={limit}"
        response = api.transport.request("GET", target, headers={"Accept-Encoding": accepted})
        assert response.ids == ids[:limit]
        assert (len(response.body) >= 32_768) == (limit == LONG_LIST)
        return response.headers.get("content-encoding")

    assert encoding_of_list(LONG_LIST, "br, gzip;q=0.5") == "gzip"
    assert encoding_of_list(LONG_LIST, ["br", "gzip"]) == "gzip"
    assert encoding_of_list(LONG_LIST, ["gzip", "gzip"]) == "gzip"
    assert encoding_of_list(LONG_LIST, "identity") is None
    assert encoding_of_list(LONG_LIST, ["br", "gzip;q=0"]) is None
    assert encoding_of_list(50, "gzip") is None


# --- Sent twice: API Gateway joins the values with a comma ------------------------------------------------------------


def test_every_header_that_the_functions_read_has_a_test_in_this_file() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in Path(api_layer.__file__).parent.glob("*.py"))
    assert set(re.findall(r'\.header\("([^"]+)"\)', source)) == {
        "Accept-Encoding",  # above
        "Idempotency-Key",
        "If-Match",  # test_versions.py
        "X-Forwarded-Proto",
    }


def test_an_idempotency_key_sent_twice_is_invalid(api: Api) -> None:
    body, key = a_body(firstname=(name := a_word())), a_word()
    for keys in ([key, key], [key, a_word()], [key, ""]):
        response = api.create(body, key=keys)
        assert (response.status, response.errors) == (422, {"idempotency_key": ["invalid"]})
    once, again = api.create(body, key=key), api.create(body, key=key)
    assert (once.status, again.json) == (200, once.json)
    assert api.search(name=name).ids == [once.json["id"]]


@pytest.mark.parametrize(
    "header",
    [
        {"X-Forwarded-Proto": ["ftp", "ftp"]},
        {"X-Forwarded-Proto": ["https", "http"]},
        {"X-Forwarded-Host": ["elsewhere.example", "elsewhere.example"]},
        {"Forwarded": "host=elsewhere.example"},
    ],
    ids=repr,
)
def test_no_request_header_changes_the_host_of_a_link(api: Api, header: dict[str, str | list[str]]) -> None:
    name = a_word()
    ids = [api.create_dossier(firstname=name) for _ in range(2)]
    first = api.transport.request("GET", f"{the_group(api)}?name={name}&limit=1", headers=header)
    assert api.all_ids(first) == sorted(ids)


def test_a_host_header_that_is_sent_twice_does_not_change_the_host_of_a_link(api: Api) -> None:
    name = a_word()
    for _ in range(2):
        api.create_dossier(firstname=name)
    host = api.transport.base.partition("://")[2]
    for hosts in ([host, "elsewhere.example"], ["elsewhere.example", host], [host, host]):
        response = api.transport.request("GET", f"{the_group(api)}?name={name}&limit=1", headers={"Host": hosts})
        # A server may refuse the request (RFC 9112, section 3.2).
        assert response.status in (200, 400)
        if response.status == 200:
            assert response.next is not None
            assert response.next.startswith(f"{api.transport.base}/")


def test_a_content_type_that_is_sent_twice_is_ignored(api: Api) -> None:
    lastname = a_word("Ü")
    sent = ["application/json", "text/plain"]
    response = api.transport.request(
        "POST", the_group(api), body=a_body(lastname=lastname), headers={"Content-Type": sent}
    )
    assert api.search(name=lastname).ids == [response.json["id"]]


@pytest.mark.over_http
def test_an_authorization_header_that_is_sent_twice_is_unauthorized(api: Api) -> None:
    assert isinstance(api.transport, Http)
    token = f"Bearer {api.transport.token}"
    for tokens in ([token, token], [token, "Bearer x"], ["Bearer x", token]):
        response = Http(api.transport.base, None).request("GET", "/api/v1/dossiers", headers={"Authorization": tokens})
        assert (response.status, response.json) == (401, {"message": "Unauthorized"})
