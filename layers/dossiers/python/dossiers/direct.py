"""Reads of DynamoDB that take the short way: signed here and sent over a connection that botocore has opened.

botocore spends four fifths of a request's CPU on what a read of ours has no use for: it walks through the request and
the answer by the types of each value, resolves an endpoint, builds and takes apart headers, keeps retries. A read can
be repeated. So this one is tried once, and whatever comes of it but a plain answer is nobody's concern: the caller asks
again by way of botocore, which opens connections, checks certificates, waits, tries again and knows each error.
"""

import json
import queue
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dossiers import query_page
from dossiers.exchange import NotPlain, exchanged
from dossiers.signature import authorization

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# DynamoDB answers in milliseconds. An answer that has not begun by then may be to a connection that is long gone.
SECONDS = 1

_OK = 200


class DirectReads:
    """The short way beside one client of botocore, for as long as that keeps its connections (until its `close()`)."""

    def __init__(self, client: "DynamoDBClient") -> None:
        ordinary: Any = client
        url = urlsplit(client.meta.endpoint_url)
        self._host = url.netloc
        self._at_root = url.path in ("", "/")
        self._region = client.meta.region_name
        self._service = client.meta.service_model.signing_name
        self._user_agent = ordinary.meta.config.user_agent
        # What botocore would sign with and send over. Neither has a public name: botocore is pinned, and with one that
        # calls them otherwise tests/engine/test_short_way.py fails.
        self._signer = ordinary._request_signer
        self._connections = ordinary._endpoint.http_session._manager.connection_from_url(client.meta.endpoint_url)

    def answer(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """DynamoDB's answer to a read, as botocore would give it but for its metadata, with the rows of a page as
        `Rows` (query_page.py).

        None when there is none, for whatever reason: no connection is open and idle, DynamoDB answers with an error, or
        not in time, or in a form that is not expected.
        """
        body = self.send(operation, json.dumps(request).encode())
        return None if body is None else _parsed(body)

    def send(self, operation: str, body: bytes) -> bytes | None:
        """The body of a plain 200, or None."""
        idle: queue.LifoQueue[Any] | None = self._connections.pool  # None once it is closed
        if idle is None or not self._at_root:
            return None
        try:
            connection = idle.get(block=False)
        except queue.Empty:
            return None
        # botocore opens what is not open yet, and anew what was closed at the other end: with its own certificates,
        # proxies and timeouts.
        if connection is None or not connection.is_connected:
            self._connections._put_conn(connection)
            return None
        status = None
        try:
            connection.sock.settimeout(SECONDS)
            status, answer = exchanged(connection.sock, self._message(operation, body))
        except (OSError, NotPlain):
            return None
        finally:
            if status is None:
                connection.close()  # a late answer would be taken for that to the next request
            self._connections._put_conn(connection)
        return answer if status == _OK else None

    def _message(self, operation: str, body: bytes) -> bytes:
        """The bytes of a signed request."""
        credentials = self._signer.get_auth_instance(self._service, self._region).credentials
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "host": self._host,
            "x-amz-date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
            "x-amz-target": f"DynamoDB_20120810.{operation}",
        }
        if credentials.token:
            headers["x-amz-security-token"] = credentials.token
        headers["authorization"] = authorization(
            headers,
            body,
            access_key=credentials.access_key,
            secret_key=credentials.secret_key,
            region=self._region,
            service=self._service,
        )
        headers |= {"accept-encoding": "identity", "content-length": str(len(body)), "user-agent": self._user_agent}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST / HTTP/1.1\r\n{lines}\r\n".encode() + body


def _parsed(body: bytes) -> dict[str, Any] | None:
    rows, rest = query_page.taken_apart(body) or (None, body)
    try:
        answer = json.loads(rest)
    except ValueError:
        return None
    if not isinstance(answer, dict):
        return None
    return answer if rows is None else answer | {"Rows": rows}
