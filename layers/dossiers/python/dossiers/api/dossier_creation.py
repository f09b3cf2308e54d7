"""POST requests that create a dossier."""

import re
from datetime import UTC, datetime

from dossiers.api import json_body, query_string, response
from dossiers.api.request import Request
from dossiers.api.response import Response
from dossiers.domain import person
from dossiers.domain.errors import Keyword, Problem, refuse
from dossiers.storage import connection
from dossiers.usecases import access, creating
from dossiers.usecases.creating import IdempotencyKey

# Visible ASCII without the comma: API Gateway joins a header that is sent twice with a comma, and the retry that sends
# it once would have another key.
_IDEMPOTENCY_KEY = re.compile(r"[!-+\--~]{1,255}")


def create(request: Request, group: str) -> Response:
    """Create the dossier in the body of the request."""
    user, table = request.user, connection.table(request.deadline, writes=True)
    grant = access.require(table, user, group)
    document, problems = json_body.parse(request.body)
    new, broken = person.validate(document, now=datetime.now(UTC))
    key = request.header("Idempotency-Key")
    refuse([*problems, *broken, *_key_problems(key), *query_string.problems_of_any(request.query)])
    idempotency_key = None if key is None else IdempotencyKey(key, json_body.digest(document))
    created = creating.create(table, grant, new, idempotency_key)
    return response.created(created.id, replayed=created.replayed)


def _key_problems(key: str | None) -> list[Problem]:
    if key is None or _IDEMPOTENCY_KEY.fullmatch(key):
        return []
    return [("idempotency_key", Keyword.INVALID)]
