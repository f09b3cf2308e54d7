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
from tests.builders import a_body

Headers = dict[str, str | list[str]]
"""The headers of a request. A header with a list of values is sent once for each value."""

COLUMNS = list(rows.COLUMNS)


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
        """The rows of a list. Fails if the response is not a list."""
        assert self.status == 200, (self.status, self.body)
        assert self.json["headers"] == COLUMNS
        found: list[list[Any]] = self.json["rows"]
        assert all(len(row) == len(COLUMNS) for row in found)
        return found

    @property
    def ids(self) -> list[str]:
        return self.column("id")

    def column(self, name: str) -> list[Any]:
        """The values of one column."""
        return [row[COLUMNS.index(name)] for row in self.rows]

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

    def request(
        self, method: str, target: str, *, body: bytes | str | None = None, headers: Headers | None = None
    ) -> Response: ...


def join(headers: Headers | None) -> dict[str, str]:
    """The headers as in an event of API Gateway: the values of a header that is sent twice are joined by a comma."""
    return {name.lower(): ",".join(_values(value)) for name, value in (headers or {}).items()}


class Handlers:
    """The handlers in this process."""

    base = "https://api.example.com"

    def __init__(self, user: str) -> None:
        self.user = user

    def request(
        self, method: str, target: str, *, body: bytes | str | None = None, headers: Headers | None = None
    ) -> Response:
        path, _, query = target.partition("?")
        response = handlers.call(method, path, query, body=body, headers=join(headers), sub=self.user)
        received = {name.lower(): value for name, value in response["headers"].items()}
        text = response["body"]
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

    def request(
        self, method: str, target: str, *, body: bytes | str | None = None, headers: Headers | None = None
    ) -> Response:
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

    def get(self, path: str, **parameters: str) -> Response:
        query = "&".join(f"{name}={quote_plus(value)}" for name, value in parameters.items())
        return self.transport.request("GET", f"/api/v1{path}?{query}" if query else f"/api/v1{path}")

    def index(self, **parameters: str) -> Response:
        return self.get("/dossiers", **parameters)

    def search(self, group: str | None = None, **parameters: str) -> Response:
        return self.get(f"/dossier_groups/{quote(group or self.group, safe='')}/dossiers", **parameters)

    def create(
        self,
        body: bytes | str,
        *,
        group: str | None = None,
        query: str = "",
        key: str | list[str] | None = None,
    ) -> Response:
        target = f"/api/v1/dossier_groups/{quote(group or self.group, safe='')}/dossiers"
        headers: Headers = {} if key is None else {"Idempotency-Key": key}
        return self.transport.request("POST", f"{target}?{query}" if query else target, body=body, headers=headers)

    def create_dossier(self, *, group: str | None = None, **fields: Any) -> str:
        """Create a dossier, which must succeed. Returns its id."""
        response = self.create(a_body(**fields), group=group)
        assert response.status == 200, (response.status, response.body)
        dossier_id: str = response.json["id"]
        return dossier_id

    def follow(self, response: Response) -> Response:
        """The page that a response links to."""
        assert response.next is not None
        assert response.next.startswith(self.transport.base), response.next
        return self.transport.request("GET", response.next.removeprefix(self.transport.base))

    def pages(self, response: Response) -> list[Response]:
        """This page and all that follow it."""
        pages = [response]
        while pages[-1].next is not None:
            pages.append(self.follow(pages[-1]))
        return pages

    def all_ids(self, response: Response) -> list[str]:
        return [dossier_id for page in self.pages(response) for dossier_id in page.ids]
