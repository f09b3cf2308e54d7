"""The errors: the schema and the response of each status, with the keywords that can stand under each name."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from dossiers.api.response import STATUSES
from dossiers.domain import errors, text
from dossiers.domain.errors import BASE, MAX_PROBLEMS, Cause, DossiersError, Keyword
from local.gateway.response import Response as GatewayResponse
from openapi import fields
from openapi.json_schema import Schema, closed_object, constant, ref

FIXED: dict[str, DossiersError] = {
    "InvalidJson": errors.InvalidJson(),
    "Forbidden": errors.Forbidden(),
    "GroupNotFound": errors.GroupNotFound(),
    "DossierNotFound": errors.DossierNotFound(),
    "Stale": errors.Stale(),
    "TryAgain": errors.TryAgain(Cause.THROTTLED),
}
"""The errors that always report the same problem."""

GATEWAY: dict[str, HTTPStatus] = {
    "Unauthorized": HTTPStatus.UNAUTHORIZED,
    "NoRoute": HTTPStatus.NOT_FOUND,
    "BodyTooLarge": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "TooManyRequests": HTTPStatus.TOO_MANY_REQUESTS,
    "HeadersTooLarge": HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    "GatewayError": HTTPStatus.INTERNAL_SERVER_ERROR,
    "Unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The responses that API Gateway makes itself. A user that the service cannot accept gets the same 401."""

PAGE = {"limit": (Keyword.INVALID,), "cursor": (Keyword.INVALID,)}
"""The keywords of the parameters that all lists have."""

SEARCH = {
    "name": (Keyword.INVALID, Keyword.TOO_LONG, Keyword.BLANK),
    "birthdate": (Keyword.INVALID, Keyword.NAME_REQUIRED, Keyword.INVALID_DATE),
}
"""The keywords of the filters of all searches for dossiers."""

ALL_GROUPS = {"external_identifier": (Keyword.INVALID, Keyword.TOO_LONG, Keyword.DOSSIER_GROUP_ID_REQUIRED)}
"""A search in all groups takes no external identifier. The error says why."""

ONE_GROUP = {"external_identifier": (Keyword.INVALID, Keyword.TOO_LONG, Keyword.BLANK)}

REFUSED_BODY = {BASE: (Keyword.INVALID,)}
"""`base`: a body where none is allowed, a parameter name that is not UTF-8, a JSON key with half a surrogate pair."""

DOCUMENT: dict[str, Sequence[Keyword]] = {
    BASE: (Keyword.INVALID, Keyword.BLANK),
    "dossier": (Keyword.INVALID,),
    "person": (Keyword.INVALID,),
    "external_identifier": fields.EXTERNAL_IDENTIFIER.error,
    **{name: field.error for name, field in fields.PERSON.items()},
}
"""The keywords of the body that creates or updates a dossier."""

_IDEMPOTENCY_KEY = {"idempotency_key": (Keyword.INVALID, Keyword.REUSED)}
_IF_MATCH = {"if_match": (Keyword.INVALID,)}

INVALID: dict[str, Mapping[str, Sequence[Keyword]]] = {
    "DossierListErrors": {**REFUSED_BODY, **SEARCH, **ALL_GROUPS, **PAGE},
    "GroupDossierListErrors": {**REFUSED_BODY, **SEARCH, **ONE_GROUP, **PAGE},
    "DossierGroupListErrors": {**REFUSED_BODY, **PAGE},
    "CreateErrors": {**DOCUMENT, **_IDEMPOTENCY_KEY},
    "ShowErrors": REFUSED_BODY,
    "UpdateErrors": {**DOCUMENT, **_IF_MATCH},
    "DeleteErrors": {**REFUSED_BODY, **_IF_MATCH},
}
"""The keywords of a 422 under each name, by the name of the schema."""


KEYWORDS: dict[str, Sequence[Keyword]] = {
    "UnknownKeyword": (),
    "InvalidKeyword": (Keyword.INVALID,),
    "DocumentKeyword": DOCUMENT[BASE],
    "TextKeyword": fields.EVERY_FIELD,
    "ExternalIdentifierKeyword": fields.EXTERNAL_IDENTIFIER.error,
    "PersonNameKeyword": fields.PERSON["firstname"].error,
    "EmailKeyword": fields.PERSON["email"].error,
    "BirthdateKeyword": fields.PERSON["birthdate"].error,
    "GenderKeyword": fields.PERSON["gender"].error,
    "SearchTextKeyword": SEARCH["name"],
    "SearchBirthdateKeyword": SEARCH["birthdate"],
    "SearchWithoutGroupKeyword": ALL_GROUPS["external_identifier"],
    "IdempotencyKeyKeyword": _IDEMPOTENCY_KEY["idempotency_key"],
}
"""The keywords that a name can have, next to `unknown`, by the name of their schema."""


def status(error: type[DossiersError] | HTTPStatus) -> str:
    """The status of a response with this error."""
    return str(int(error) if isinstance(error, HTTPStatus) else STATUSES[error])


def body_of(name: str) -> dict[str, Any]:
    """The body of an error that always has the same one."""
    if name in GATEWAY:
        parsed: dict[str, Any] = json.loads(GatewayResponse.error(GATEWAY[name]).body)
        return parsed
    problems = {BASE: [Keyword.INTERNAL_ERROR]} if name == "InternalError" else FIXED[name].problems
    return {"errors": {field: [keyword.value for keyword in keywords] for field, keywords in problems.items()}}


def schemas() -> dict[str, Schema]:
    """The schemas of the bodies of errors, by their names in the document."""
    return {
        **{name: _fixed_error(name) for name in (*FIXED, "InternalError")},
        **{name: closed_object({"message": constant(body_of(name)["message"])}) for name in GATEWAY},
        **{name: _invalid(keywords) for name, keywords in INVALID.items()},
        **{name: _keyword(own) for name, own in KEYWORDS.items()},
    }


def _fixed_error(name: str) -> Schema:
    ((field, (keyword,)),) = body_of(name)["errors"].items()
    keywords = {"type": "array", "items": constant(keyword), "minItems": 1, "maxItems": 1}
    return closed_object({"errors": closed_object({field: keywords})})


def _invalid(keywords: Mapping[str, Sequence[Keyword]]) -> Schema:
    found = {
        "type": "object",
        "properties": {name: _keywords(of_name) for name, of_name in keywords.items()},
        "additionalProperties": _keywords(()),
        "propertyNames": {"maxLength": text.MAX_LENGTH},
        "minProperties": 1,
        "maxProperties": MAX_PROBLEMS,
        "description": "Keywords by the name of the field, parameter or header that breaks a rule, or by `base`.",
    }
    return closed_object({"errors": found})


def _keywords(own: Sequence[Keyword]) -> Schema:
    """Keywords of a field: the first rule that it breaks, and `unknown` if an unknown one has the same name."""
    name = next((name for name, keywords in KEYWORDS.items() if set(keywords) == set(own)), None)
    if name is None:
        raise LookupError(f"give the keywords {', '.join(sorted(own))} a name in KEYWORDS")
    return {"type": "array", "items": ref(name), "minItems": 1, "maxItems": 2 if own else 1, "uniqueItems": True}


def _keyword(own: Sequence[Keyword]) -> Schema:
    return {"type": "string", "enum": sorted({*own, Keyword.UNKNOWN})}
