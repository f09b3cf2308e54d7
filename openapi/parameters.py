"""The parameters of requests: in the path, in the query string and in headers."""

from typing import Any

from dossiers.api import headers
from dossiers.api.list_criteria import MAX_LIMIT
from dossiers.domain import cursor
from dossiers.domain.cursor import Position
from openapi import examples, schemas
from openapi.json_schema import Schema, anchor, ref


def _parameter(name: str, where: str, schema: Schema, example: Any, description: str | None = None) -> dict[str, Any]:
    """A parameter. A schema of its own holds the description of the parameter."""
    text = description or schema["description"]
    schema = {keyword: value for keyword, value in schema.items() if keyword not in ("description", "examples")}
    required = {"required": True} if where == "path" else {}
    return {"name": name, "in": where, **required, "description": text, "schema": schema, "example": example}


def _cursor(shown: str, longest: Position) -> dict[str, Any]:
    return _parameter(
        "cursor",
        "query",
        {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "maxLength": len(cursor.encode(longest))},
        shown,
        "Position of the page. It is opaque, and comes from the `Link` of the page before.",
    )


PARAMETERS: dict[str, dict[str, Any]] = {
    "DossierGroupId": _parameter(
        "dossier_group_id",
        "path",
        ref("DossierGroupId"),
        examples.GROUP,
        "Id of a dossier group that is granted to the user.",
    ),
    "DossierId": _parameter(
        "dossier_id", "path", ref("DossierId"), examples.DOSSIER_ID, "Id of a dossier of the group."
    ),
    "Name": _parameter("name", "query", schemas.name_query(), examples.NAME),
    "Birthdate": _parameter("birthdate", "query", schemas.birthdate_query(), examples.BIRTHDATE),
    "ExternalIdentifier": _parameter(
        "external_identifier",
        "query",
        schemas.identifier_query(),
        examples.EXTERNAL_IDENTIFIER,
        f"{schemas.identifier_query()['description']} Not together with `name`.",
    ),
    "Limit": _parameter(
        "limit",
        "query",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT},
        100,
        "Maximum number of rows of the page. Without it, a page has as many rows as fit in a response.",
    ),
    "Cursor": _cursor(examples.CURSOR, Position("g" * 64, examples.DOSSIER_ID)),
    "GroupCursor": _cursor(examples.GROUP_CURSOR, Position("g" * 64)),
    "IdempotencyKey": _parameter(
        "Idempotency-Key",
        "header",
        {"type": "string", "pattern": anchor(headers.IDEMPOTENCY_KEY), "minLength": 1, "maxLength": 255},
        examples.IDEMPOTENCY_KEY,
        "Key that the client generates for the dossier, for example a UUID: visible ASCII characters without a comma. "
        "For 24 hours, the same request with the same key returns the same id and creates no second dossier.",
    ),
    "IfMatch": _parameter(
        "If-Match",
        "header",
        {"type": "string", "pattern": anchor(rf"{headers.VERSION}|\*")},
        examples.ETAG,
        "The `ETag` of the version for which the request is meant, or `*` for any. The response is 412 if the dossier "
        "has another version.",
    ),
}
"""The parameters by their names in the document."""
