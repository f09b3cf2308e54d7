"""GET requests for one dossier."""

from dossiers.api import query_string, response
from dossiers.api.request import Request
from dossiers.api.response import Response
from dossiers.domain.errors import refuse
from dossiers.domain.roles import Role
from dossiers.storage import connection
from dossiers.usecases import access, reading


def show(request: Request, group: str, dossier_id: str) -> Response:
    """The dossier and its person."""
    user, table = request.user, connection.table(request.deadline)
    dossier = reading.start(table, group, dossier_id)
    grant = access.require(table, user, group, Role.READER)
    refuse([*query_string.problems_of_any(request.query), *request.body_problems()])
    return response.dossier(dossier.result(grant))
