"""Parameters and errors of OAuth 2.0 requests: https://www.rfc-editor.org/rfc/rfc6749"""

from __future__ import annotations

from collections import defaultdict
from urllib.parse import parse_qsl


class OAuthError(Exception):
    """A request that is refused. The message is for developers, and contains no value of the request."""

    def __init__(self, code: str, description: str) -> None:
        """`code` is one of RFC 6749, sections 4.1.2.1 and 5.2. `description` is ASCII, without `"` and `\\`."""
        super().__init__(description)
        self.code = code

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the response."""
        return {"error": self.code, "error_description": str(self)}


class Parameters:
    """The form-encoded parameters of a request. Unknown parameters are ignored, as section 3.1 requires."""

    def __init__(self, text: str) -> None:
        """`text` is a query string or the body of a form."""
        self._values: dict[str, list[str]] = defaultdict(list)
        # "Parameters sent without a value MUST be treated as if they were omitted": parse_qsl omits these.
        for name, value in parse_qsl(text):
            self._values[name].append(value)

    def get(self, name: str) -> str | None:
        """Returns the value of a parameter, or None without one. Raises OAuthError when the parameter is repeated."""
        values = self._values.get(name, [])
        if len(values) > 1:
            raise OAuthError("invalid_request", f"{name} is repeated")
        return values[0] if values else None

    def require(self, name: str) -> str:
        """Returns the value of a parameter. Raises OAuthError when the parameter is missing or repeated."""
        value = self.get(name)
        if value is None:
            raise OAuthError("invalid_request", f"{name} is missing")
        return value
