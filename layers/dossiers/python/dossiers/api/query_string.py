"""The parameters of a query string.

Read from the raw query string: API Gateway's own parsing joins a parameter given twice with a comma, which a name or an
identifier may hold itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes, urlencode

from dossiers.domain import cursor, text
from dossiers.domain.errors import BASE, Keyword, Problem


@dataclass
class Parameters:
    """The parameters of a request.

    `sent`: the known ones by name. `broken`: the rule that each known one breaks. `unknown`: the problems of others.
    """

    sent: dict[str, str] = field(default_factory=dict)
    broken: dict[str, Keyword] = field(default_factory=dict)
    unknown: list[Problem] = field(default_factory=list)

    @property
    def valid(self) -> dict[str, str]:
        """The known parameters that break no rule."""
        return {name: value for name, value in self.sent.items() if name not in self.broken}

    @property
    def problems(self) -> list[Problem]:
        """The problems of all parameters."""
        return [*self.broken.items(), *self.unknown]

    def add(self, name: str | None, value: str | None, known: Sequence[str]) -> None:
        """Add a parameter. None is a name or a value that cannot be read.

        Such a value, and a parameter that was sent before, is `invalid`. A name that cannot be read cannot be repeated
        in an error: it is reported under `base`.
        """
        if name is None:
            self.broken[BASE] = Keyword.INVALID
        elif name not in known:
            self.unknown.append((text.shorten(name), Keyword.UNKNOWN))
        else:
            if name in self.sent or value is None:
                self.broken[name] = Keyword.INVALID
            self.sent[name] = value or ""

    def merge(self, others: "Parameters") -> "Parameters":
        """The parameters of both. No name may be in both."""
        return Parameters(self.sent | others.sent, self.broken | others.broken, self.unknown + others.unknown)


def read(query: str, known: Sequence[str]) -> Parameters:
    """The parameters of a query string, form-decoded. A name or a value that is not UTF-8 cannot be read."""
    parameters = Parameters()
    for name, value in _pairs(query):
        parameters.add(name, value, known)
    return parameters


def problems_of_any(query: str) -> list[Problem]:
    """The problems of a query string where no parameter is allowed."""
    return read(query, known=()).problems


def next_page(query: str, after: cursor.Position) -> str:
    """The query string of the same request for the page behind `after`. The request was accepted with `query`."""
    sent = {name: value for name, value in _pairs(query) if name is not None}
    return urlencode(sent | {"cursor": cursor.encode(after)})


def _pairs(query: str) -> list[tuple[str | None, str | None]]:
    """The parameters in their order, form-decoded; None for a name or a value that is not UTF-8."""
    pairs = (part.partition("=") for part in query.split("&") if part)
    return [(_decode(name), _decode(value)) for name, _, value in pairs]


def _decode(part: str) -> str | None:
    try:
        return unquote_to_bytes(part.replace("+", " ")).decode()
    except UnicodeError:
        return None
