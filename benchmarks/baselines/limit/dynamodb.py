"""DynamoDB without an SDK: one persistent connection, and AWS Signature Version 4."""

import hmac
import http.client
import json
import os
import time
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

_HTTP_OK = 200


class DynamoDBError(Exception):
    """An error response of DynamoDB. The text is its body."""


class DynamoDB:
    """One endpoint and the credentials for it."""

    def __init__(self) -> None:
        self._region = os.environ["AWS_REGION"]
        default = f"https://dynamodb.{self._region}.amazonaws.com"
        url = urlsplit(os.environ.get("AWS_ENDPOINT_URL_DYNAMODB", default))
        self._host = url.netloc
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(url.netloc, timeout=3)

    def request(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """The response to an operation. Raises DynamoDBError."""
        response: dict[str, Any] = json.loads(self.send(operation, json.dumps(parameters).encode()))
        return response

    def send(self, operation: str, body: bytes) -> bytes:
        """The bytes of the response to an operation. Raises DynamoDBError."""
        headers = self._sign(operation, body)
        try:
            status, response = self._exchange(body, headers)
        except (ConnectionError, http.client.HTTPException):
            self._connection.close()  # closed while idle: send again on a new connection
            status, response = self._exchange(body, headers)
        if status != _HTTP_OK:
            raise DynamoDBError(response.decode())
        return response

    def _exchange(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        self._connection.request("POST", "/", body, headers)
        response = self._connection.getresponse()
        return response.status, response.read()

    def _sign(self, operation: str, body: bytes) -> dict[str, str]:
        """The headers of a request, with its signature."""
        now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        day = now[:8]
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "host": self._host,
            "x-amz-date": now,
            "x-amz-target": f"DynamoDB_20120810.{operation}",
        }
        if token := os.environ.get("AWS_SESSION_TOKEN"):
            headers["x-amz-security-token"] = token
        names = ";".join(sorted(headers))
        lines = [f"{name}:{headers[name]}" for name in sorted(headers)]
        canonical = "\n".join(["POST", "/", "", *lines, "", names, sha256(body).hexdigest()])
        scope = f"{day}/{self._region}/dynamodb/aws4_request"
        to_sign = "\n".join(["AWS4-HMAC-SHA256", now, scope, sha256(canonical.encode()).hexdigest()])
        key = b"AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"].encode()
        for part in (day, self._region, "dynamodb", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        credential = f"{os.environ['AWS_ACCESS_KEY_ID']}/{scope}"
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
        )
        return headers
