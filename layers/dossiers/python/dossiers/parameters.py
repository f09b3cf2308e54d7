"""What the parameters of a query string ask for.

Pure. Read from the raw query string: API Gateway's own parsing joins a parameter given twice with a comma, which a
name or an identifier may hold itself.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes, urlencode

from dossiers import cursor, names, text
from dossiers.errors import Keyword, Problems, refuse

MAX_LIMIT = 10_000

_LIMIT = re.compile(r"[1-9][0-9]{0,4}")
_KNOWN = ("name", "external_identifier", "limit", "cursor")


@dataclass(frozen=True)
class Asked:
    """What a list was asked for: everything, the dossiers with all these words in their name, or the one with this
    identifier.
    """

    words: list[str] | None = None
    external_identifier: str | None = None
    limit: int | None = None
    after: cursor.Position | None = None


def asked(query: str, group: str | None) -> Asked:
    """What the query string of a GET asks for, inside one group or (`None`) in all that the user has access to.

    Raises Invalid with every parameter that breaks a rule.
    """
    sent, problems = _read(query, _KNOWN)
    name, identifier, limit, position = (None if field in problems else sent.get(field) for field in _KNOWN)

    words = None
    if name is not None:
        words = names.words(name)
        if "external_identifier" in sent:
            problems["name"] = Keyword.INVALID
        elif not words:
            problems["name"] = Keyword.BLANK

    if identifier is not None:
        identifier = text.trimmed(identifier)
        if group is None:
            problems["external_identifier"] = Keyword.DOSSIER_GROUP_ID_REQUIRED
        elif not identifier:
            problems["external_identifier"] = Keyword.BLANK

    if limit is not None and not (_LIMIT.fullmatch(limit) and int(limit) <= MAX_LIMIT):
        problems["limit"] = Keyword.INVALID

    after = None
    if position is not None:
        try:
            after = cursor.decode(position)
        except ValueError:
            problems["cursor"] = Keyword.INVALID
        else:
            # One dossier is a whole answer: no link ever leads on from it, or from one group into another.
            if "external_identifier" in sent or (group is not None and after.group != group):
                problems["cursor"] = Keyword.INVALID

    refuse(problems)
    return Asked(words, identifier, None if limit is None else int(limit), after)


def unknown(query: str) -> Problems:
    """The problems of a query string where no parameter is allowed."""
    return _read(query, ())[1]


def following(query: str, after: cursor.Position) -> str:
    """The query string of the page behind `after`, of the same request."""
    kept = [(name, value or "") for name, value in _pairs(query) if name != "cursor"]
    return urlencode([*kept, ("cursor", cursor.encode(after))])


def _read(query: str, known: tuple[str, ...]) -> tuple[dict[str, str], Problems]:
    """The parameters by name, and the problems of those that are not known, given twice or not UTF-8."""
    sent: dict[str, str] = {}
    problems: Problems = {}
    for name, value in _pairs(query):
        if name not in known:
            problems[text.reported(name)] = Keyword.UNKNOWN
        elif name in sent or value is None:
            problems[name] = Keyword.INVALID
        sent[name] = value or ""
    return sent, problems


def _pairs(query: str) -> list[tuple[str, str | None]]:
    """The parameters in their order, form-decoded; None for a value that is not UTF-8."""
    pairs = (part.partition("=") for part in query.split("&") if part)
    return [(_decoded(name) or "", _decoded(value)) for name, _, value in pairs]


def _decoded(part: str) -> str | None:
    try:
        return unquote_to_bytes(part.replace("+", " ")).decode()
    except UnicodeError:
        return None
