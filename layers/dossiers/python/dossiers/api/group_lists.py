"""GET requests that list dossier groups."""

from dossiers.api import list_criteria, response
from dossiers.api.request import Request
from dossiers.api.response import Response
from dossiers.storage import connection
from dossiers.usecases import group_list


def of_user(request: Request) -> Response:
    """The groups that are granted to the user, and the role in each."""
    user = request.user
    limit, after = list_criteria.groups_page(request.query, has_body=request.has_body)
    return response.page(request, group_list.groups(connection.table(request.deadline), user, limit=limit, after=after))
