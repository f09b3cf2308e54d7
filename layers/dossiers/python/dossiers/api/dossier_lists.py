"""GET requests that list dossiers: all, by the words of a name, or the one with an external identifier."""

from dossiers.api import query_string, response
from dossiers.api.request import Request
from dossiers.api.response import Response
from dossiers.storage import connection
from dossiers.usecases import access, listing


def of_user(request: Request) -> Response:
    """The dossiers in all groups that are granted to the user."""
    user, table = request.user, connection.table(request.deadline)
    criteria = query_string.list_criteria(request.query, group=None, has_body=request.has_body)
    return response.page(request, listing.dossiers(table, access.grants(table, user), criteria))


def of_group(request: Request, group: str) -> Response:
    """The dossiers of one group."""
    user, table = request.user, connection.table(request.deadline)
    grant = access.require(table, user, group)
    criteria = query_string.list_criteria(request.query, group=group, has_body=request.has_body)
    return response.page(request, listing.dossiers(table, [grant], criteria))
