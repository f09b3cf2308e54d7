"""Reads of DynamoDB signed and sent without botocore, which is the larger half of a cold start.

Only a complete 200 is accepted. After anything else (an error, a response that is late or broken) the fallback repeats
the request: the reads of botocore, which know every error, wait and retry. A read can be repeated.
"""

import json
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from dossiers.domain.deadline import Deadline
from dossiers.domain.errors import Cause, TryAgain
from dossiers.storage import row_pages
from dossiers.storage.exchange import BrokenExchange
from dossiers.storage.operations import ItemsPage, QueryPage, Reads, TypedItem
from dossiers.storage.signature import authorization
from dossiers.storage.transport import Receive, Transport

READ_SECONDS = 1
"""How long a read may take. DynamoDB responds in milliseconds. The fallback repeats a read that takes longer."""

# Regions of the partitions `aws` and `aws-us-gov`, whose endpoints are under amazonaws.com.
_REGION = re.compile(r"(?:us|eu|ap|sa|ca|me|af|il|mx|us-gov)-[a-z]+-\d")
_ENDPOINT = re.compile(r"https?://[^/?#@]+/?")

# Environment variables that make botocore sign in another way or send to another place.
_UNSUPPORTED_VARIABLES = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"),
    *("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
)

T = TypeVar("T")


@dataclass(frozen=True)
class Settings:
    """What a read is signed with and where it is sent."""

    endpoint: str
    region: str
    access_key: str
    secret_key: str
    session_token: str | None = None

    @classmethod
    def of_environment(cls) -> "Settings | None":
        """The settings in the variables that Lambda sets; None when only botocore can find them.

        It is None without an access key in the environment (with SnapStart, credentials come from a server), with one
        of _UNSUPPORTED_VARIABLES, and in a partition whose endpoints have another form.
        """
        variables = os.environ
        access_key, secret_key = variables.get("AWS_ACCESS_KEY_ID"), variables.get("AWS_SECRET_ACCESS_KEY")
        region = variables.get("AWS_REGION", "")
        endpoint = variables.get("AWS_ENDPOINT_URL_DYNAMODB") or variables.get("AWS_ENDPOINT_URL")
        if not endpoint and _REGION.fullmatch(region):
            endpoint = f"https://dynamodb.{region}.amazonaws.com"
        if any(variables.get(name) for name in _UNSUPPORTED_VARIABLES):
            return None
        if not (access_key and secret_key and region and endpoint) or not _ENDPOINT.fullmatch(endpoint):
            return None
        return cls(endpoint.rstrip("/"), region, access_key, secret_key, variables.get("AWS_SESSION_TOKEN"))


class SignedReads:
    """Reads without botocore, except for `scan`. `fallback` returns botocore's reads, which take long to load."""

    def __init__(self, settings: Settings, transport: Transport, fallback: Callable[[], Reads]) -> None:
        self._settings = settings
        self._host = settings.endpoint.partition("://")[2]
        self._transport = transport
        self._fallback = fallback

    def get_item(self, request: dict[str, Any], deadline: Deadline) -> TypedItem | None:
        """The item, or None when there is none."""
        [found] = self._read("GetItem", [request], deadline, _parse_item)
        return self._fallback().get_item(request, deadline) if found is None else found.item

    def query(self, requests: Sequence[dict[str, Any]], attribute: str, deadline: Deadline) -> list[QueryPage]:
        """A page of one attribute for each request. All requests are sent before the first response is awaited."""
        pages = self._read("Query", requests, deadline, lambda body: row_pages.parse(body, attribute))
        failed = [request for request, page in zip(requests, pages, strict=True) if page is None]
        repeated = iter(self._fallback().query(failed, attribute, deadline) if failed else ())
        return [next(repeated) if page is None else page for page in pages]

    def query_items(self, request: dict[str, Any], deadline: Deadline) -> ItemsPage:
        """A page of items."""
        [page] = self._read("Query", [request], deadline, _parse_items)
        return self._fallback().query_items(request, deadline) if page is None else page

    def scan(self, request: dict[str, Any], deadline: Deadline) -> ItemsPage:
        """A page of the whole table, by the fallback."""
        return self._fallback().scan(request, deadline)

    def close(self) -> None:
        """Close all connections; the next request opens a new one."""
        self._transport.close()

    def _read(
        self, operation: str, requests: Sequence[dict[str, Any]], deadline: Deadline, parse: Callable[[bytes], T]
    ) -> list[T | None]:
        """The parsed body of each complete 200; None for any other response, and where `parse` raises ValueError.

        All requests are sent before the first response is awaited. Raises TryAgain when one of them failed and the
        deadline is over.
        """
        sent = [self._send(operation, request, deadline) for request in requests]
        read = [_receive(receive, parse) for receive in sent]
        if None in read and deadline.remaining <= 0:
            raise TryAgain(Cause.DEADLINE)
        return read

    def _send(self, operation: str, request: dict[str, Any], deadline: Deadline) -> Receive | None:
        """The function that waits for the response; None when no connection can be opened."""
        body = json.dumps(request).encode()
        try:
            return self._transport.send("/", self._headers(operation, body), body, deadline.within(READ_SECONDS))
        except BrokenExchange:
            return None

    def _headers(self, operation: str, body: bytes) -> Mapping[str, str]:
        settings = self._settings
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "host": self._host,
            "x-amz-date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
            "x-amz-target": f"DynamoDB_20120810.{operation}",
        }
        if settings.session_token:
            headers["x-amz-security-token"] = settings.session_token
        headers["authorization"] = authorization(
            headers,
            body,
            access_key=settings.access_key,
            secret_key=settings.secret_key,
            region=settings.region,
            service="dynamodb",
        )
        return headers | {"content-length": str(len(body)), "user-agent": "dossiers"}


def _receive(receive: Receive | None, parse: Callable[[bytes], T]) -> T | None:
    try:
        response = None if receive is None else receive()
        return parse(response.body) if response is not None and response.status == HTTPStatus.OK else None
    except (BrokenExchange, ValueError):
        return None


@dataclass(frozen=True)
class _Found:
    item: TypedItem | None


def _parse_items(body: bytes) -> ItemsPage:
    try:
        response = json.loads(body)
        return ItemsPage(list(response["Items"]), int(response["Count"]), response.get("LastEvaluatedKey"))
    except (AttributeError, KeyError, TypeError) as exc:
        raise ValueError("not the response to a Query") from exc


def _parse_item(body: bytes) -> _Found:
    try:
        return _Found(json.loads(body).get("Item"))
    except AttributeError as exc:
        raise ValueError("not the response to a GetItem") from exc
