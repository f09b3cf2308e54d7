"""Headers: what responses carry, and what a header of the request means that is sent twice."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dossiers import api as api_layer
from tests.api import Api, Http, Response
from tests.builders import a_body, a_word
from tests.contract.conftest import READERS

# So many rows, of more than 400 characters each, are worth compressing.
ENOUGH = 80


def the_group(api: Api) -> str:
    return f"/api/v1/dossier_groups/{api.group}/dossiers"


def every_response(api: Api) -> Iterator[Response]:
    """One response of each kind that a function gives."""
    key, body = a_word(), a_body()
    dossier = api.created()
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


def test_every_response_is_json_that_nobody_may_store(api: Api) -> None:
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


def test_a_long_list_is_compressed_for_a_client_that_accepts_gzip(api: Api) -> None:
    name = (a_word() * 7)[:200]  # one word: moto takes long over names of more
    ids = sorted(api.created(firstname=name, lastname=name) for _ in range(ENOUGH))

    def listed(limit: int, accepted: str | list[str]) -> str | None:
        """The encoding of a response that holds so many of these rows."""
        target = f"{the_group(api)}?name={name}&limit={limit}"
        response = api.transport.request("GET", target, headers={"Accept-Encoding": accepted})
        assert response.ids == ids[:limit]
        assert (len(response.body) >= 32_768) == (limit == ENOUGH)
        return response.headers.get("content-encoding")

    assert listed(ENOUGH, "br, gzip;q=0.5") == "gzip"
    assert listed(ENOUGH, ["br", "gzip"]) == "gzip"
    assert listed(ENOUGH, ["gzip", "gzip"]) == "gzip"
    assert listed(ENOUGH, "identity") is None
    assert listed(ENOUGH, ["br", "gzip;q=0"]) is None
    assert listed(50, "gzip") is None


# --- Sent twice: API Gateway joins the values with a comma ----------------------------------------------------------


def test_every_header_that_the_functions_read_is_sent_twice_here() -> None:
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
def test_no_header_moves_a_link_elsewhere(api: Api, header: dict[str, str | list[str]]) -> None:
    name = a_word()
    ids = [api.created(firstname=name) for _ in range(2)]
    first = api.transport.request("GET", f"{the_group(api)}?name={name}&limit=1", headers=header)
    assert api.all_ids(first) == sorted(ids)


def test_a_host_sent_twice_moves_no_link_elsewhere(api: Api) -> None:
    name = a_word()
    for _ in range(2):
        api.created(firstname=name)
    host = api.transport.base.partition("://")[2]
    for hosts in ([host, "elsewhere.example"], ["elsewhere.example", host], [host, host]):
        response = api.transport.request("GET", f"{the_group(api)}?name={name}&limit=1", headers={"Host": hosts})
        # A server may refuse the request (RFC 9112, section 3.2).
        assert response.status in (200, 400)
        if response.status == 200:
            assert response.next is not None
            assert response.next.startswith(f"{api.transport.base}/")


def test_a_content_type_sent_twice_changes_nothing(api: Api) -> None:
    lastname = a_word("Ü")
    sent = ["application/json", "text/plain"]
    response = api.transport.request(
        "POST", the_group(api), body=a_body(lastname=lastname), headers={"Content-Type": sent}
    )
    assert api.search(name=lastname).ids == [response.json["id"]]


@pytest.mark.over_http
def test_a_token_sent_twice_is_no_token(api: Api) -> None:
    assert isinstance(api.transport, Http)
    token = f"Bearer {api.transport.token}"
    for tokens in ([token, token], [token, "Bearer x"], ["Bearer x", token]):
        response = Http(api.transport.base, None).request("GET", "/api/v1/dossiers", headers={"Authorization": tokens})
        assert (response.status, response.json) == (401, {"message": "Unauthorized"})
