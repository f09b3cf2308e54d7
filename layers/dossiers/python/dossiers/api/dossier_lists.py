"""Requests that list dossiers: all, by the words of a name, or the one with an external identifier.

The filters are in the query string of a GET, or in the body of a POST search, where no log and no history keeps them.
"""

from collections.abc import Callable

from dossiers.api import list_criteria, response
from dossiers.api.request import Request
from dossiers.api.response import Response
from dossiers.domain.criteria import ListCriteria
from dossiers.domain.errors import DossiersError
from dossiers.domain.roles import Role
from dossiers.storage import connection
from dossiers.usecases import access, identifier_search, listing


def of_user(request: Request) -> Response:
    """GET: the dossiers in all groups that are granted to the user."""
    return _of_user(request, lambda: list_criteria.of_query(request.query, group=None, has_body=request.has_body))


def search_of_user(request: Request) -> Response:
    """POST: the dossiers in all groups that are granted to the user."""
    return _of_user(request, lambda: list_criteria.of_body(request.query, request.body, group=None))


def of_group(request: Request, group: str) -> Response:
    """GET: the dossiers of one group."""
    return _of_group(
        request, group, lambda: list_criteria.of_query(request.query, group=group, has_body=request.has_body)
    )


def search_of_group(request: Request, group: str) -> Response:
    """POST: the dossiers of one group."""
    return _of_group(request, group, lambda: list_criteria.of_body(request.query, request.body, group=group))


def _of_user(request: Request, parse: Callable[[], ListCriteria]) -> Response:
    user, table = request.user, connection.table(request.deadline)
    criteria = parse()
    return response.page(request, listing.dossiers(table, access.grants(table, user), criteria))


def _of_group(request: Request, group: str, parse: Callable[[], ListCriteria]) -> Response:
    user, table = request.user, connection.table(request.deadline)
    criteria = search = error = None
    try:
        criteria = parse()
    except DossiersError as exc:
        error = exc  # raised once the user is known to have access to the group
    if criteria is not None and criteria.external_identifier is not None:
        search = identifier_search.start(table, group, criteria.external_identifier)
    grant = access.require(table, user, group, Role.READER)
    if criteria is None:
        raise error or AssertionError
    page = listing.dossiers(table, [grant], criteria) if search is None else search.page(grant)
    return response.page(request, page)
