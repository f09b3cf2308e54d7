"""The parameters of a query string.

Read from the raw query string: API Gateway's own parsing joins a parameter given twice with a comma, which a name or an
identifier may hold itself.
"""

import re
from urllib.parse import unquote_to_bytes, urlencode

from dossiers.domain import cursor, names, text
from dossiers.domain.criteria import ListCriteria
from dossiers.domain.errors import BASE, Keyword, Problem, refuse

MAX_LIMIT = 10_000

MAX_BYTES = 1_020
"""Bytes of UTF-8 in a searched name or identifier: 255 code points of four bytes. A `Link` repeats the name, and each
byte may take three characters there, while API Gateway takes 10,240 bytes of request line and headers.
"""

_LIMIT = re.compile(r"[1-9][0-9]{0,4}")
_SEARCHED = ("name", "external_identifier")
_KNOWN = (*_SEARCHED, "limit", "cursor")


def list_criteria(query: str, *, group: str | None, has_body: bool) -> ListCriteria:
    """The criteria in the query string of a GET, inside one group or (`None`) in all that the user has access to.

    `has_body`: the request has a body, which is refused: a filter in it must not return everybody.

    Raises Invalid with the first rule that each parameter breaks.
    """
    sent, broken, unknown = _read(query, _KNOWN)
    if has_body:
        broken[BASE] = Keyword.INVALID
    name, identifier, limit, position = (None if field in broken else sent.get(field) for field in _KNOWN)

    words = None
    if name is not None:
        words = names.words(name)
        if "external_identifier" in sent:
            broken["name"] = Keyword.INVALID
        elif not words:
            broken["name"] = Keyword.BLANK

    if identifier is not None:
        identifier = text.trim(identifier)
        if group is None:
            broken["external_identifier"] = Keyword.DOSSIER_GROUP_ID_REQUIRED
        elif not identifier:
            broken["external_identifier"] = Keyword.BLANK

    if limit is not None and not (_LIMIT.fullmatch(limit) and int(limit) <= MAX_LIMIT):
        broken["limit"] = Keyword.INVALID

    after = None
    if position is not None:
        try:
            after = cursor.decode(position)
        except ValueError:
            broken["cursor"] = Keyword.INVALID
        else:
            # One dossier is a whole answer: no link ever leads on from it, or from one group into another.
            if "external_identifier" in sent or (group is not None and after.group != group):
                broken["cursor"] = Keyword.INVALID

    refuse([*broken.items(), *unknown])
    return ListCriteria(words, identifier, None if limit is None else int(limit), after)


def problems_of_any(query: str) -> list[Problem]:
    """The problems of a query string where no parameter is allowed."""
    _, broken, others = _read(query, known=())
    return [*broken.items(), *others]


def next_page(query: str, after: cursor.Position) -> str:
    """The query string of the same request for the page behind `after`. `list_criteria` has accepted `query`."""
    sent, _, _ = _read(query, _KNOWN)
    return urlencode({**sent, "cursor": cursor.encode(after)})


def _read(query: str, known: tuple[str, ...]) -> tuple[dict[str, str], dict[str, Keyword], list[Problem]]:
    """The parameters by name, the rule that each known one breaks by itself, and the unknown names.

    A parameter that is sent twice or that is not UTF-8 is `invalid`. A name that is not UTF-8 cannot be repeated in an
    error: it is reported under `base`.
    """
    sent: dict[str, str] = {}
    broken: dict[str, Keyword] = {}
    unknown: list[Problem] = []
    for name, value in _pairs(query):
        if name is None:
            broken[BASE] = Keyword.INVALID
        elif name not in known:
            unknown.append((text.shorten(name), Keyword.UNKNOWN))
        else:
            if name in sent or value is None:
                broken[name] = Keyword.INVALID
            elif name in _SEARCHED and len(value.encode()) > MAX_BYTES:
                broken[name] = Keyword.TOO_LONG
            sent[name] = value or ""
    return sent, broken, unknown


def _pairs(query: str) -> list[tuple[str | None, str | None]]:
    """The parameters in their order, form-decoded; None for a name or a value that is not UTF-8."""
    pairs = (part.partition("=") for part in query.split("&") if part)
    return [(_decode(name), _decode(value)) for name, _, value in pairs]


def _decode(part: str) -> str | None:
    try:
        return unquote_to_bytes(part.replace("+", " ")).decode()
    except UnicodeError:
        return None
