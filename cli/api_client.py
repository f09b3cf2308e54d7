"""Requests to the API over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import urllib3

from dossiers.domain.errors import Cause, TryAgain
from local.errors import UserError

BASE_PATH = "/api/v1"
_NEXT = re.compile(r'<([^>]*)>; *rel="next"')
_TIMEOUT = urllib3.Timeout(connect=5, read=35)
"""API Gateway gives up after 30 seconds."""

_EXPLANATIONS: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "the token is missing, invalid or expired",
    HTTPStatus.FORBIDDEN: "the role of the user does not permit this",
    HTTPStatus.NOT_FOUND: "the dossier group does not exist or is not granted to the user",
    HTTPStatus.PRECONDITION_FAILED: "the dossier has another version",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "the request is too large",
    HTTPStatus.SERVICE_UNAVAILABLE: "the API is busy",
}


class NoResponse(UserError):
    """The API does not respond. The request may have been carried out."""


class _Members(dict[str, Any]):
    """A JSON object of the API."""

    def __missing__(self, name: str) -> Any:
        raise UserError(f"the response has no {name}: is the URL that of the API?")


@dataclass(frozen=True)
class ApiResponse:
    """A response. The names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, an object. Raises UserError when it is none, and when a member is read that it does not have: the
        URL leads to something else.
        """
        try:
            body = json.loads(self.body, object_hook=_Members)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise UserError(f"the response ({self.status}) is not a JSON object: is the URL that of the API?")
        return body

    @property
    def errors(self) -> dict[str, list[str]]:
        """The fields and their keywords in the body of an error."""
        sent = self.json.get("errors")
        if not isinstance(sent, dict):
            return {}
        return {
            field: list(map(str, found)) if isinstance(found, list) else [str(found)] for field, found in sent.items()
        }

    @property
    def explanation(self) -> str:
        """The error in one line, for a person: fields with keywords, and words where they help."""
        errors = self.errors
        keywords = "; ".join(f"{field}: {', '.join(found)}" for field, found in errors.items())
        words = _EXPLANATIONS.get(self.status)
        if "dossier_id" in errors:
            words = "the group has no such dossier"
        elif self.status == HTTPStatus.NOT_FOUND and not errors:
            words = "there is no such path: is the URL that of the API?"
        elif "location" in self.headers:
            words = f"by the dossier {self.headers['location'].rpartition('/')[2]}"
        text = f"{keywords} ({words})" if keywords and words else keywords or words
        return _one_line(text or f"the API responded with the status {self.status}")


class ApiClient:
    """The API at a URL, for one user."""

    def __init__(self, url: str, token: str, connections: int = 8) -> None:
        """`url`: with or without `/api/v1`. `connections`: requests that are made in parallel."""
        self._url = url.rstrip("/").removesuffix(BASE_PATH) + BASE_PATH
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
        self._pool = urllib3.PoolManager(maxsize=connections, timeout=_TIMEOUT, retries=False)

    def request(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> ApiResponse:
        """Send a request, and return the response of any status.

        `path`: below `/api/v1`. `body`: sent as JSON; bytes are sent as they are. Raises TryAgain when there is no
        response, and UserError for a URL that cannot be one.
        """
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = {**self._headers, **(headers or {})}
        if content is not None:
            sent["Content-Type"] = "application/json"
        try:
            response = self._pool.request(method, self._url + path, body=content, headers=sent)
        except urllib3.exceptions.LocationValueError as exc:
            raise UserError(f"not a URL: {self._url.removesuffix(BASE_PATH)}") from exc
        except urllib3.exceptions.HTTPError as exc:
            raise TryAgain(Cause.UNREACHABLE) from exc
        lowered = {name.lower(): value for name, value in response.headers.items()}
        return ApiResponse(response.status, lowered, response.data)

    def call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> ApiResponse:
        """Send a request, and return the response. Raises UserError for an error response, and NoResponse."""
        try:
            response = self.request(method, path, body, headers)
        except TryAgain as exc:
            raise NoResponse(f"{self._url.removesuffix(BASE_PATH)} does not respond: try again") from exc
        if response.status not in (HTTPStatus.OK, HTTPStatus.NO_CONTENT):
            raise UserError(response.explanation)
        return response


def next_page(response: ApiResponse) -> str | None:
    """The path of the page behind this one, None on the last page.

    It is a path, so that a Link to another server does not lead the token there.
    """
    link = _NEXT.search(response.headers.get("link", ""))
    if link is None:
        return None
    url = urlsplit(link[1])
    return f"{url.path.partition(BASE_PATH)[2]}?{url.query}"


def list_pages(client: ApiClient, path: str, body: object = None, limit: int | None = None) -> Iterator[ApiResponse]:
    """The pages of a list. `body`: that of a POST search. `limit`: rows a page. Raises UserError."""
    following: str | None = path if limit is None else f"{path}?limit={limit}"
    while following is not None:
        page = client.call("GET" if body is None else "POST", following, body)
        yield page
        following = next_page(page)


def _one_line(text: str) -> str:
    """The text without line breaks and control characters: it comes from a server."""
    return "".join(char if char.isprintable() else "?" for char in " ".join(text.split()))
