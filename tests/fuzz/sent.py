"""What a generated request sends, and what the service makes of it."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from schemathesis.core.transport import Response

from dossiers.domain import text
from openapi.operations import Operation
from tests.openapi import OPERATIONS, resolve, validator


@dataclass(frozen=True)
class Sent:
    """A request as it was sent. `body`: the JSON in it, None if there is none."""

    operation: Operation
    segments: list[str]
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: Any

    @classmethod
    def of(cls, response: Response, operation_id: str) -> "Sent":
        """The request of a response. Raises ValueError if its body is not JSON in UTF-8."""
        request = response.request
        url = urlsplit(request.url or "")
        content = request.body or b""
        assert isinstance(content, (str, bytes)), "the body is a stream"
        body = json.loads(content) if content else None
        return cls(
            OPERATIONS[operation_id],
            [unquote(segment) for segment in url.path.split("/")],
            parse_qsl(url.query, keep_blank_values=True),
            {name.lower(): str(value) for name, value in request.headers.items()},
            body,
        )

    @property
    def group(self) -> str:
        """The dossier group in the path."""
        return self.segments[4]

    @property
    def dossier_id(self) -> str:
        """The dossier in the path."""
        return self.segments[6]

    @property
    def filters(self) -> dict[str, Any]:
        """The filters of a list or search."""
        body = self.body if isinstance(self.body, dict) else {}
        return dict(self.query) | body

    @property
    def is_valid_once_trimmed(self) -> bool:
        """Whether the document allows the request that the service makes of this one."""
        parameters = {parameter["name"]: parameter for parameter in map(resolve, self.operation.object["parameters"])}
        if len(dict(self.query)) != len(self.query):
            return False
        values = {name: value for name, value in self.query if parameters.get(name, {}).get("in") == "query"}
        if len(values) != len(self.query):
            return False
        values |= {name: self.headers[name.lower()] for name in parameters if name.lower() in self.headers}
        if not all(_is_valid(parameters[name]["schema"], value) for name, value in values.items()):
            return False
        if self.operation.body is None:
            return self.body is None
        return validator(resolve({"$ref": f"#/components/schemas/{self.operation.body.schema}"})).is_valid(
            trim(self.body)
        )


def _is_valid(schema: dict[str, Any], value: str) -> bool:
    sent: Any = trim(value)
    if schema.get("type") == "integer" and value.isdecimal() and not value.startswith("0"):
        sent = int(value)
    return validator(schema).is_valid(sent)


def trim(value: Any) -> Any:
    """JSON as the service stores it: texts are trimmed, empty ones are null, each line break is LF."""
    if isinstance(value, dict):
        return {name: trim(nested) for name, nested in value.items()}
    if isinstance(value, str):
        return text.trim(value).replace("\r\n", "\n").replace("\r", "\n") or None
    return value
