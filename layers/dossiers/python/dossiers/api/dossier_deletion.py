"""DELETE requests for one dossier."""

from dossiers.api import headers, query_string, response
from dossiers.api.request import Request
from dossiers.api.response import Response
from dossiers.domain.errors import refuse
from dossiers.domain.roles import Role
from dossiers.storage import connection
from dossiers.usecases import access, deleting, reading


def delete(request: Request, group: str, dossier_id: str) -> Response:
    """Delete the dossier and everything that is stored of it."""
    user, table = request.user, connection.table(request.deadline, writes=True)
    dossier = reading.start(table, group, dossier_id)
    grant = access.require(table, user, group, Role.MANAGER)
    version, header_problems = headers.expected_version(request.header("If-Match"))
    refuse([*query_string.problems_of_any(request.query), *request.body_problems(), *header_problems])
    deleting.delete(table, grant, dossier, expected_version=version)
    return response.deletion()
