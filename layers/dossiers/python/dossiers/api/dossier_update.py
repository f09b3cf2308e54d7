"""PATCH requests that update a dossier."""

from datetime import UTC, datetime

from dossiers.api import headers, query_string, response
from dossiers.api.request import Request
from dossiers.api.response import Response
from dossiers.domain import json_object, person
from dossiers.domain.errors import refuse
from dossiers.domain.roles import Role
from dossiers.storage import connection
from dossiers.usecases import access, reading, updating


def update(request: Request, group: str, dossier_id: str) -> Response:
    """Apply the JSON Merge Patch in the body to the dossier. Returns the dossier after it."""
    user, table = request.user, connection.table(request.deadline, writes=True)
    dossier = reading.start(table, group, dossier_id)
    grant = access.require(table, user, group, Role.EDITOR)
    document, problems = json_object.parse(request.body)
    patch, field_problems = person.validate(document, now=datetime.now(UTC))
    version, header_problems = headers.expected_version(request.header("If-Match"))
    refuse([*problems, *field_problems, *header_problems, *query_string.problems_of_any(request.query)])
    return response.dossier(updating.update(table, grant, dossier, patch, expected_version=version))
