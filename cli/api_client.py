"""Requests to the API over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import urllib3

from dossiers.domain.errors import Cause, TryAgain
from local.errors import UserError

BASE_PATH = "/api/v1"
_NEXT = re.compile(r'<([^>]*)>; *rel="next"')
_TIMEOUT = urllib3.Timeout(connect=5, read=35)
"""API Gateway gives up after 30 seconds."""

_EXPLANATIONS = {
    401: "the token is missing, invalid or expired",
    403: "the role of the user does not permit this",
    404: "the dossier group does not exist or is not granted to the user",
    413: "the request is too large",
}


@dataclass(frozen=True)
class ApiResponse:
    """A response. The names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body. Raises UserError when it is not JSON: the URL leads to something else."""
        try:
            return json.loads(self.body)
        except ValueError as exc:
            raise UserError(f"the response ({self.status}) is not JSON: is the URL that of the API?") from exc

    @property
    def errors(self) -> dict[str, list[str]]:
        """The fields and their keywords in the body of an error."""
        body = self.json
        found = body.get("errors", {}) if isinstance(body, dict) else {}
        return dict(found) if isinstance(found, dict) else {}

    @property
    def explanation(self) -> str:
        """The error in words, for a person."""
        keywords = "; ".join(f"{field}: {', '.join(found)}" for field, found in self.errors.items())
        words = _EXPLANATIONS.get(self.status)
        if words is not None and ("dossier_id" not in self.errors):
            return words
        return keywords or f"the API responded with the status {self.status}"


class ApiClient:
    """The API at a URL, for one user."""

    def __init__(self, url: str, token: str, connections: int = 8) -> None:
        """`url`: with or without `/api/v1`."""
        self._url = url.rstrip("/").removesuffix(BASE_PATH) + BASE_PATH
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
        self._pool = urllib3.PoolManager(maxsize=connections, timeout=_TIMEOUT, retries=False)

    def request(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> ApiResponse:
        """Send a request. `path`: below `/api/v1`, or a whole URL; `body`: sent as JSON.

        Raises TryAgain when there is no response, and UserError for a URL that cannot be one.
        """
        url = path if path.startswith(("http://", "https://")) else self._url + path
        content = None if body is None else json.dumps(body).encode()
        sent = {**self._headers, **(headers or {})}
        if content is not None:
            sent["Content-Type"] = "application/json"
        try:
            response = self._pool.request(method, url, body=content, headers=sent)
        except urllib3.exceptions.LocationValueError as exc:
            raise UserError(f"not a URL: {self._url.removesuffix(BASE_PATH)}") from exc
        except urllib3.exceptions.HTTPError as exc:
            raise TryAgain(Cause.UNREACHABLE) from exc
        lowered = {name.lower(): value for name, value in response.headers.items()}
        return ApiResponse(response.status, lowered, response.data)

    def pages(self, path: str, body: object = None) -> Iterator[ApiResponse]:
        """The pages of a list, by their Links, up to the first that is an error. `body`: that of a POST search."""
        following: str | None = path
        while following is not None:
            response = self.request("GET" if body is None else "POST", following, body)
            yield response
            link = _NEXT.search(response.headers.get("link", ""))
            following = None if link is None else link[1]
