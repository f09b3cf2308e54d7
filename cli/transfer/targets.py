"""Where dossiers are imported to and exported from: a table, by the use cases, or the API, by HTTP.

Both raise the same errors: Invalid and Taken for a row, TryAgain for what passes, UserError for what ends the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Protocol, TypeVar

from cli.api_client import ApiClient, ApiResponse, next_page
from cli.api_paths import dossier_path, dossiers_path
from cli.transfer import fields
from dossiers.domain import person, rows
from dossiers.domain.content import PERSON_FIELDS, Content
from dossiers.domain.errors import Cause, DossierNotFound, Invalid, Keyword, Problem, Taken, TryAgain
from dossiers.storage import items
from dossiers.storage.table import Table
from dossiers.usecases import creating, reading, updating
from dossiers.usecases.access import Grant
from dossiers.usecases.creating import IdempotencyKey
from local.errors import UserError

T = TypeVar("T")


class Retry(Protocol):
    """Calls a function until it does not raise TryAgain, and returns what it returns."""

    def __call__(self, call: Callable[[], T], /) -> T: ...


class Target(Protocol):
    """One dossier group."""

    def check(self) -> None:
        """Read something, so that a wrong table, URL, token or group is reported before a run begins."""
        ...

    def create(self, content: Content, key: str | None) -> bool:
        """Create a dossier. Returns whether it is new: False when this Idempotency-Key has created it before."""
        ...

    def update(self, dossier_id: str, document: Mapping[str, Any]) -> Content:
        """Update a dossier. Returns what it holds then. Raises DossierNotFound."""
        ...

    def read(self, dossier_id: str) -> Content:
        """What a dossier holds. Raises DossierNotFound."""
        ...

    def ids(self, retry: Retry) -> Iterator[str]:
        """The ids of all dossiers, in their order. `retry` makes each request."""
        ...


class TableTarget:
    """A group in a table."""

    def __init__(self, table: Table, group: str, operator: str) -> None:
        """`operator`: who is stored as the creator. No grant is needed: an operator has the rights to the table."""
        self._table = table
        self._grant = Grant(operator, group)

    def check(self) -> None:
        """Read something."""
        self._page(None)

    def create(self, content: Content, key: str | None) -> bool:
        """Create a dossier."""
        idempotency_key = None if key is None else IdempotencyKey(key, digest=key)
        return not creating.create(self._table, self._grant, content, idempotency_key).replayed

    def update(self, dossier_id: str, document: Mapping[str, Any]) -> Content:
        """Update a dossier."""
        patch = person.parse(dict(document), now=datetime.now(UTC))
        started = reading.start(self._table, self._grant.group, dossier_id)
        return updating.update(self._table, self._grant, started, patch).content

    def read(self, dossier_id: str) -> Content:
        """What a dossier holds."""
        return reading.start(self._table, self._grant.group, dossier_id).result(self._grant).content

    def ids(self, retry: Retry) -> Iterator[str]:
        """The ids of all dossiers."""
        last = None
        while page := retry(partial(self._page, last)):
            yield from page
            last = page[-1]

    def _page(self, last: str | None) -> list[str]:
        """The ids behind the last one, as many as DynamoDB returns at once; none at the end."""
        [pages] = self._table.pages([items.dossier_range(self._grant.group)], "row", after=last)
        return [rows.dossier_id(row) for row in next(pages)]


class ApiTarget:
    """A group behind the API."""

    def __init__(self, client: ApiClient, group: str) -> None:
        self._client = client
        self._group = group

    def check(self) -> None:
        """Read something."""
        self._client.call("GET", f"{dossiers_path(self._group)}?limit=1")

    def create(self, content: Content, key: str | None) -> bool:
        """Create a dossier."""
        headers = {} if key is None else {"Idempotency-Key": key}
        response = self._send("POST", dossiers_path(self._group), fields.to_document(content), headers)
        return "idempotent-replayed" not in response.headers

    def update(self, dossier_id: str, document: Mapping[str, Any]) -> Content:
        """Update a dossier."""
        return _content(self._send("PATCH", dossier_path(self._group, dossier_id), document))

    def read(self, dossier_id: str) -> Content:
        """What a dossier holds."""
        return _content(self._send("GET", dossier_path(self._group, dossier_id)))

    def ids(self, retry: Retry) -> Iterator[str]:
        """The ids of all dossiers."""
        path: str | None = dossiers_path(self._group)
        while path is not None:
            page = retry(partial(self._send, "GET", path))
            yield from (row[0] for row in page.json["rows"])
            path = next_page(page)

    def _send(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> ApiResponse:
        response = self._client.request(method, path, body, headers)
        _raise_for(response)
        return response


def _content(response: ApiResponse) -> Content:
    dossier = response.json
    values = {name: value for name in PERSON_FIELDS if (value := dossier["person"].get(name)) is not None}
    return Content(dossier["dossier"]["external_identifier"], values)


def _raise_for(response: ApiResponse) -> None:
    """Raise the error that a response stands for."""
    status = response.status
    if status == HTTPStatus.OK:
        return
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise TryAgain(Cause.UNREACHABLE)
    problems = _problems(response)
    if "dossier_id" in response.errors:
        raise DossierNotFound
    if problems == [(fields.EXTERNAL_IDENTIFIER, Keyword.TAKEN)] and "location" in response.headers:
        raise Taken(response.headers["location"].rpartition("/")[2])
    if problems and status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
        raise Invalid(problems)
    raise UserError(response.explanation)


def _problems(response: ApiResponse) -> list[Problem]:
    known = {keyword.value: keyword for keyword in Keyword}
    return [
        (field, known.get(keyword, Keyword.INVALID)) for field, found in response.errors.items() for keyword in found
    ]
