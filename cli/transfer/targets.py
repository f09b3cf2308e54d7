"""Where dossiers are imported to and exported from: a table, by the use cases, or the API, by HTTP.

Both raise the same errors: Invalid and Taken for a row, TryAgain for what passes, UserError for what ends the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Protocol

from cli.api_client import ApiClient, ApiResponse
from cli.transfer import fields
from dossiers.domain import person, rows
from dossiers.domain.content import PERSON_FIELDS, Content
from dossiers.domain.errors import Cause, DossierNotFound, Invalid, Keyword, Problem, Taken, TryAgain
from dossiers.storage import items
from dossiers.storage.stored_dossier import StoredDossier
from dossiers.storage.table import Table
from dossiers.usecases import creating, reading, updating
from dossiers.usecases.access import Grant
from dossiers.usecases.creating import IdempotencyKey
from local.errors import UserError


class Target(Protocol):
    """One dossier group."""

    def create(self, content: Content, key: str) -> bool:
        """Create a dossier. Returns whether it is new: False when this key has created it before."""
        ...

    def update(self, dossier_id: str, document: Mapping[str, Any]) -> bool:
        """Update a dossier. Returns whether that changed something."""
        ...

    def read(self, dossier_id: str) -> Content:
        """What a dossier holds. Raises DossierNotFound."""
        ...

    def ids(self) -> Iterator[str]:
        """The ids of all dossiers, in their order."""
        ...


class TableTarget:
    """A group in a table."""

    def __init__(self, table: Table, group: str, operator: str) -> None:
        """`operator`: who is stored as the creator. No grant is needed: an operator has the rights to the table."""
        self._table = table
        self._grant = Grant(operator, group)

    def create(self, content: Content, key: str) -> bool:
        """Create a dossier."""
        created = creating.create(self._table, self._grant, content, IdempotencyKey(key, digest=key))
        return not created.replayed

    def update(self, dossier_id: str, document: Mapping[str, Any]) -> bool:
        """Update a dossier."""
        patch = person.parse(dict(document), now=datetime.now(UTC))
        before = self._read(dossier_id)
        started = reading.start(self._table, self._grant.group, dossier_id)
        return updating.update(self._table, self._grant, started, patch).version != before.version

    def read(self, dossier_id: str) -> Content:
        """What a dossier holds."""
        return self._read(dossier_id).content

    def ids(self) -> Iterator[str]:
        """The ids of all dossiers."""
        for page in self._table.pages(items.dossier_range(self._grant.group), "row"):
            yield from map(rows.dossier_id, page)

    def _read(self, dossier_id: str) -> StoredDossier:
        return reading.start(self._table, self._grant.group, dossier_id).result(self._grant)


class ApiTarget:
    """A group behind the API."""

    def __init__(self, client: ApiClient, group: str) -> None:
        self._client = client
        self._path = f"/dossier_groups/{group}/dossiers"

    def create(self, content: Content, key: str) -> bool:
        """Create a dossier."""
        document = fields.nest(fields.flatten(content))
        response = self._client.request("POST", self._path, document, {"Idempotency-Key": key})
        _raise_for(response)
        return "idempotent-replayed" not in response.headers

    def update(self, dossier_id: str, document: Mapping[str, Any]) -> bool:
        """Update a dossier."""
        before = self._request("GET", dossier_id)
        return self._request("PATCH", dossier_id, document).headers["etag"] != before.headers["etag"]

    def read(self, dossier_id: str) -> Content:
        """What a dossier holds."""
        shown = self._request("GET", dossier_id).json
        fields_ = {name: value for name in PERSON_FIELDS if (value := shown["person"].get(name)) is not None}
        return Content(shown["dossier"]["external_identifier"], fields_)

    def ids(self) -> Iterator[str]:
        """The ids of all dossiers."""
        for page in self._client.pages(self._path):
            _raise_for(page)
            yield from (row[0] for row in page.json["rows"])

    def _request(self, method: str, dossier_id: str, body: Mapping[str, Any] | None = None) -> ApiResponse:
        response = self._client.request(method, f"{self._path}/{dossier_id}", body)
        _raise_for(response)
        return response


def _raise_for(response: ApiResponse) -> None:
    """Raise the error that a response stands for."""
    match response.status:
        case HTTPStatus.OK:
            return
        case HTTPStatus.BAD_REQUEST | HTTPStatus.UNPROCESSABLE_ENTITY:
            problems = _problems(response)
            if problems == [(fields.EXTERNAL_IDENTIFIER, Keyword.TAKEN)] and "location" in response.headers:
                raise Taken(response.headers["location"].rpartition("/")[2])
            raise Invalid(problems)
        case HTTPStatus.SERVICE_UNAVAILABLE | HTTPStatus.TOO_MANY_REQUESTS | HTTPStatus.INTERNAL_SERVER_ERROR:
            raise TryAgain(Cause.UNREACHABLE)
        case HTTPStatus.NOT_FOUND if "dossier_id" in response.errors:
            raise DossierNotFound
    raise UserError(response.explanation)


def _problems(response: ApiResponse) -> list[Problem]:
    known = {keyword.value: keyword for keyword in Keyword}
    return [
        (field, known.get(keyword, Keyword.INVALID)) for field, found in response.errors.items() for keyword in found
    ]
