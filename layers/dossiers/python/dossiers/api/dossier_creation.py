"""POST requests that create a dossier."""

from datetime import UTC, datetime

from dossiers.api import headers, query_string, response
from dossiers.api.request import Request
from dossiers.api.response import Response
from dossiers.domain import json_object, person
from dossiers.domain.errors import refuse
from dossiers.domain.roles import Role
from dossiers.storage import connection
from dossiers.usecases import access, creating
from dossiers.usecases.creating import IdempotencyKey


def create(request: Request, group: str) -> Response:
    """Create the dossier in the body of the request."""
    user, table = request.user, connection.table(request.deadline, writes=True)
    grant = access.require(table, user, group, Role.EDITOR)
    document, problems = json_object.parse(request.body)
    new, field_problems = person.validate(document, now=datetime.now(UTC))
    content = new.content
    problems += [*field_problems, *content.name_problems]
    key = request.header("Idempotency-Key")
    refuse([*problems, *headers.idempotency_key_problems(key), *query_string.problems_of_any(request.query)])
    idempotency_key = None if key is None else IdempotencyKey(key, json_object.digest(document))
    created = creating.create(table, grant, content, idempotency_key)
    return response.creation(request, created.id, replayed=created.replayed)
