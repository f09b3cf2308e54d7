"""The API as the contract suite uses it: the handlers in this process, or a URL."""

import json
from base64 import b64decode
from dataclasses import dataclass
from gzip import decompress
from typing import Any, Protocol
from urllib.parse import quote, quote_plus

import urllib3

from dossiers.domain import rows
from tests import handlers
from tests.builders import a_body, a_patch
from tests.openapi import require_documented

Headers = dict[str, str | list[str]]
"""The headers of a request. A header with a list of values is sent once for each value."""

COLUMNS = list(rows.COLUMNS)

Body = bytes | str | None
"""What a request sends. Text is JSON; bytes go without a content type."""


def a_row(**values: Any) -> list[Any]:
    """A row with these values by column name, and null in the other columns."""
    assert values.keys() <= set(COLUMNS)
    return [values.get(column) for column in COLUMNS]


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def rows(self) -> list[list[Any]]:
        """The rows of a list of dossiers; fails for anything else."""
        return self._table(COLUMNS)

    @property
    def roles(self) -> dict[str, str]:
        """The role in each group of a list of dossier groups, in the order of the list; fails for anything else."""
        found = self._table(["id", "role"])
        assert len({group for group, _ in found}) == len(found)
        return dict(found)

    def _table(self, headers: list[str]) -> list[list[Any]]:
        assert self.status == 200, (self.status, self.body)
        assert self.json.keys() == {"headers", "rows"}
        assert self.json["headers"] == headers
        found: list[list[Any]] = self.json["rows"]
        assert all(len(row) == len(headers) for row in found)
        return found

    @property
    def ids(self) -> list[str]:
        return self.column("id")

    def column(self, name: str) -> list[Any]:
        """The values of one column."""
        return [row[COLUMNS.index(name)] for row in self.rows]

    @property
    def etag(self) -> str:
        return self.headers["etag"]

    @property
    def errors(self) -> dict[str, list[str]]:
        errors: dict[str, list[str]] = self.json["errors"]
        return errors

    @property
    def next(self) -> str | None:
        """The URL of the next page, from the header `Link`; None on the last page."""
        link = self.headers.get("link")
        if link is None:
            return None
        assert link.startswith("<")
        assert link.endswith('>; rel="next"')
        return link.removeprefix("<").removesuffix('>; rel="next"')


class Transport(Protocol):
    """Sends requests to the API. `base`: the origin with which its links start."""

    base: str

    def request(self, method: str, target: str, *, body: Body = None, headers: Headers | None = None) -> Response: ...


def join(headers: Headers | None) -> dict[str, str]:
    """The headers as in an event of API Gateway: the values of a header that is sent twice are joined by a comma."""
    return {name.lower(): ",".join(_values(value)) for name, value in (headers or {}).items()}


class Handlers:
    """The handlers in this process."""

    base = "https://api.example.com"

    def __init__(self, user: str) -> None:
        self.user = user

    @require_documented(over_http=False)
    def request(self, method: str, target: str, *, body: Body = None, headers: Headers | None = None) -> Response:
        path, _, query = target.partition("?")
        response = handlers.call(method, path, query, body=body, headers=join(headers), sub=self.user)
        received = {name.lower(): value for name, value in response["headers"].items()}
        text = response.get("body") or ""
        if response.get("isBase64Encoded"):
            text = decompress(b64decode(text)).decode()
        return Response(response["statusCode"], received, text)


class Http:
    """The API at a URL, with a bearer token."""

    def __init__(self, base: str, token: str | None) -> None:
        self.base = base.rstrip("/")
        self.token = token
        self._headers: Headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        # Without retries: a request that fails must fail the test.
        self._pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(30), maxsize=32)

    @require_documented(over_http=True)
    def request(self, method: str, target: str, *, body: Body = None, headers: Headers | None = None) -> Response:
        headers = self._headers | (headers or {})
        if isinstance(body, str):  # bytes have no content type, so API Gateway encodes them in base64
            headers = {"Content-Type": "application/json", **headers}
        lines = urllib3.HTTPHeaderDict()
        for name, sent in headers.items():
            for value in _values(sent):
                lines.add(name, value)
        response = self._pool.request(method, self.base + target, body=body, headers=lines)
        names = {name.lower(): value for name, value in response.headers.items()}
        return Response(response.status, names, response.data.decode())


def _values(sent: str | list[str]) -> list[str]:
    return [sent] if isinstance(sent, str) else sent


@dataclass(frozen=True)
class Api:
    """The API for one user, who is granted the groups `group` and `other`."""

    transport: Transport
    group: str
    other: str

    def url(self, *path: str, group: str | None = None) -> str:
        """The path of a group's dossiers, by default those of `group`, and of what is behind that path."""
        segments = (group or self.group, "dossiers", *path)
        return "/api/v1/dossier_groups/" + "/".join(quote(segment, safe="") for segment in segments)

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Body = None,
        query: str = "",
        headers: Headers | None = None,
    ) -> Response:
        return self.transport.request(method, f"{path}?{query}" if query else path, body=body, headers=headers)

    # --- Lists and searches -------------------------------------------------------------------------------------------

    def get(self, path: str, **parameters: str) -> Response:
        return self.request("GET", f"/api/v1{path}", query=_encode(parameters))

    def index(self, **parameters: str) -> Response:
        return self.get("/dossiers", **parameters)

    def search(self, group: str | None = None, **parameters: str) -> Response:
        return self.request("GET", self.url(group=group), query=_encode(parameters))

    def groups(self, **parameters: str) -> Response:
        return self.get("/dossier_groups", **parameters)

    def post_index(self, filters: Body | dict[str, Any], **parameters: str) -> Response:
        """Search in all groups by POST."""
        return self.request("POST", "/api/v1/dossiers/search", body=_json(filters), query=_encode(parameters))

    def post_search(self, filters: Body | dict[str, Any], *, group: str | None = None, **parameters: str) -> Response:
        """Search in one group by POST."""
        return self.request("POST", self.url("search", group=group), body=_json(filters), query=_encode(parameters))

    # --- One dossier --------------------------------------------------------------------------------------------------

    def create(
        self,
        body: bytes | str,
        *,
        group: str | None = None,
        query: str = "",
        key: str | list[str] | None = None,
    ) -> Response:
        headers = _header("Idempotency-Key", key)
        return self.request("POST", self.url(group=group), body=body, query=query, headers=headers)

    def create_dossier(self, *, group: str | None = None, **fields: Any) -> str:
        """Create a dossier, which must succeed. Returns its id."""
        response = self.create(a_body(**fields), group=group)
        assert response.status == 200, (response.status, response.body)
        dossier_id: str = response.json["id"]
        return dossier_id

    def show(self, dossier_id: str, *, group: str | None = None, query: str = "", body: Body = None) -> Response:
        return self.request("GET", self.url(dossier_id, group=group), query=query, body=body)

    def show_dossier(self, dossier_id: str, *, group: str | None = None) -> dict[str, Any]:
        """The dossier as it is shown."""
        response = self.show(dossier_id, group=group)
        assert response.status == 200, (response.status, response.body)
        dossier: dict[str, Any] = response.json
        return dossier

    def update(
        self,
        dossier_id: str,
        patch: Body | dict[str, Any],
        *,
        group: str | None = None,
        query: str = "",
        if_match: str | list[str] | None = None,
    ) -> Response:
        """Update a dossier. `patch`: the body, or the JSON document that it holds."""
        headers = _header("If-Match", if_match)
        return self.request("PATCH", self.url(dossier_id, group=group), body=_json(patch), query=query, headers=headers)

    def update_dossier(self, dossier_id: str, *, group: str | None = None, **fields: Any) -> Response:
        """Update these fields of a dossier, which must be allowed."""
        response = self.update(dossier_id, a_patch(**fields), group=group)
        assert response.status == 200, (response.status, response.body)
        return response

    def delete(
        self,
        dossier_id: str,
        *,
        group: str | None = None,
        query: str = "",
        body: Body = None,
        if_match: str | list[str] | None = None,
    ) -> Response:
        headers = _header("If-Match", if_match)
        return self.request("DELETE", self.url(dossier_id, group=group), body=body, query=query, headers=headers)

    def delete_dossier(self, dossier_id: str, *, group: str | None = None) -> None:
        """Delete a dossier, which must be there."""
        response = self.delete(dossier_id, group=group)
        assert response.status == 204, (response.status, response.body)

    # --- Pages --------------------------------------------------------------------------------------------------------

    def follow(self, response: Response, filters: Body | dict[str, Any] = None) -> Response:
        """The page that a response links to. `filters`: the body of the POST search that it responded to."""
        assert response.next is not None
        return self.at(response.next, "GET" if filters is None else "POST", body=_json(filters))

    def at(self, url: str, method: str = "GET", *, body: Body = None) -> Response:
        """The response to a request of a URL that a response named."""
        assert url.startswith(f"{self.transport.base}/"), url
        return self.transport.request(method, url.removeprefix(self.transport.base), body=body)

    def pages(self, response: Response, filters: Body | dict[str, Any] = None) -> list[Response]:
        """This page and all behind it."""
        pages = [response]
        while pages[-1].next is not None:
            pages.append(self.follow(pages[-1], filters))
        return pages

    def all_ids(self, response: Response, filters: Body | dict[str, Any] = None) -> list[str]:
        return [dossier_id for page in self.pages(response, filters) for dossier_id in page.ids]


def _encode(parameters: dict[str, str]) -> str:
    return "&".join(f"{name}={quote_plus(value)}" for name, value in parameters.items())


def _json(body: Body | dict[str, Any]) -> Body:
    return json.dumps(body) if isinstance(body, dict) else body


def _header(name: str, value: str | list[str] | None) -> Headers:
    return {} if value is None else {name: value}
