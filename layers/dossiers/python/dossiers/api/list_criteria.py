"""The criteria of a list, from the query string of a GET or from the body of a POST search."""

import re

from dossiers.api import query_string
from dossiers.api.query_string import Parameters
from dossiers.domain import birthdates, cursor, json_object, names, text
from dossiers.domain.criteria import ListCriteria
from dossiers.domain.errors import BASE, Keyword, refuse

MAX_LIMIT = 10_000

MAX_BYTES = 1_020
"""Bytes of UTF-8 in a searched name or identifier: 255 code points of four bytes. A `Link` repeats the name, and each
byte may take three characters there, while API Gateway takes 10,240 bytes of request line and headers.
"""

FILTERS = ("name", "birthdate", "external_identifier")
PAGE_PARAMETERS = ("limit", "cursor")

_FREE_TEXTS = ("name", "external_identifier")
"""The filters that MAX_BYTES limits. A birthdate has at most ten characters."""

_LIMIT = re.compile(r"[1-9][0-9]{0,4}")


def of_query(query: str, *, group: str | None, has_body: bool) -> ListCriteria:
    """The criteria in the query string of a GET, inside one group or (`None`) in all that the user has access to.

    `has_body`: the request has a body, which is refused: a filter in it must not return everybody.

    Raises Invalid with the first rule that each parameter breaks.
    """
    parameters = query_string.read(query, (*FILTERS, *PAGE_PARAMETERS))
    if has_body:
        parameters.broken[BASE] = Keyword.INVALID
    return _criteria(parameters, group)


def of_body(query: str, body: bytes, *, group: str | None) -> ListCriteria:
    """The criteria of a POST search: the filters are in the body, `limit` and `cursor` in the query string.

    The body is one JSON object whose values are texts. Raises InvalidJson, or Invalid as `of_query` does.
    """
    document, problems = json_object.parse(body)
    page = query_string.read(query, PAGE_PARAMETERS)
    filters = Parameters(unknown=problems)
    for name, value in document.items():
        filters.add(name, value if isinstance(value, str) and text.is_encodable(value) else None, FILTERS)
    return _criteria(filters.merge(page), group)


def groups_page(query: str, *, has_body: bool) -> tuple[int | None, str | None]:
    """The limit of a list of dossier groups, and the group behind which the page starts. Raises Invalid."""
    parameters = query_string.read(query, PAGE_PARAMETERS)
    if has_body:
        parameters.broken[BASE] = Keyword.INVALID
    limit, after = _limit(parameters), _position(parameters)
    if after is not None and after.dossier_id is not None:
        parameters.broken["cursor"] = Keyword.INVALID
    refuse(parameters.problems)
    return limit, None if after is None else after.group


def _criteria(parameters: Parameters, group: str | None) -> ListCriteria:
    sent, broken = parameters.sent, parameters.broken
    for field in _FREE_TEXTS:
        if field in parameters.valid and len(parameters.valid[field].encode()) > MAX_BYTES:
            broken[field] = Keyword.TOO_LONG
    name, birthdate, identifier = (parameters.valid.get(field) for field in FILTERS)

    readings = None
    if name is not None:
        readings = names.readings(name)
        if "external_identifier" in sent:
            broken["name"] = Keyword.INVALID
        elif not readings[0]:
            broken["name"] = Keyword.BLANK

    if birthdate is not None:
        birthdate = text.trim(birthdate)
        if "name" not in sent:
            broken["birthdate"] = Keyword.NAME_REQUIRED
        elif not birthdates.is_birthdate(birthdate):
            broken["birthdate"] = Keyword.INVALID_DATE

    if identifier is not None:
        identifier = text.trim(identifier)
        if group is None:
            broken["external_identifier"] = Keyword.DOSSIER_GROUP_ID_REQUIRED
        elif not identifier:
            broken["external_identifier"] = Keyword.BLANK

    limit, after = _limit(parameters), _position(parameters)
    # A search by identifier has one page, and no Link leads into another group or from groups to dossiers.
    if after is not None and (
        after.dossier_id is None or "external_identifier" in sent or (group is not None and after.group != group)
    ):
        broken["cursor"] = Keyword.INVALID

    refuse(parameters.problems)
    return ListCriteria(readings, birthdate, identifier, limit, after)


def _limit(parameters: Parameters) -> int | None:
    limit = parameters.valid.get("limit")
    if limit is None:
        return None
    if not _LIMIT.fullmatch(limit) or int(limit) > MAX_LIMIT:
        parameters.broken["limit"] = Keyword.INVALID
        return None
    return int(limit)


def _position(parameters: Parameters) -> cursor.Position | None:
    position = parameters.valid.get("cursor")
    if position is None:
        return None
    try:
        return cursor.decode(position)
    except ValueError:
        parameters.broken["cursor"] = Keyword.INVALID
        return None
