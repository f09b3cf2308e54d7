"""What schemathesis reports although it is right. Each exclusion has its reason and holds for nothing else.

A request that a schema allows may break a rule that no schema can express, and one that a schema forbids may become
allowed once the service has trimmed it.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import EnsureResourceAvailability, RejectedPositiveData, UnsupportedMethodResponse

from dossiers.api import headers, list_criteria
from dossiers.domain import names
from dossiers.domain.errors import Keyword
from tests.fuzz.sent import Sent, trim

used: Counter[str] = Counter()
"""How often each exclusion was used, by its reason."""

replayed: set[str] = set()
"""The ids of dossiers that a create has returned again under its Idempotency-Key."""

Applies = Callable[[Sent, str], bool]
"""Whether a rule that no schema expresses is broken by a request, in the value of that name."""


def _value(sent: Sent, name: str) -> str:
    """The value of a field or filter as the service reads it."""
    body = sent.body if isinstance(sent.body, dict) else {}
    found = {**sent.filters, **(body.get("person") or {}), **(body.get("dossier") or {})}
    return str(trim(found.get(name)) or "")


def _has_no_fields(sent: Sent, _: str) -> bool:
    sections = [section for section in trim(sent.body).values() if section is not None]
    return not any(value for section in sections for value in section.values())


def _is_update(sent: Sent, _: str) -> bool:
    return sent.operation.id == "updateDossier"


def _words(sent: Sent) -> set[str]:
    return {word for name in ("firstname", "lastname") for word in names.words(_value(sent, name))}


_EXPRESSED_BY_NO_SCHEMA: dict[tuple[str, Keyword], dict[str, Applies]] = {
    ("base", Keyword.BLANK): {
        "a create needs one field with a value": _has_no_fields,
        "an update leaves one field with a value, which depends on the dossier": _is_update,
    },
    ("base", Keyword.STALE): {"If-Match names a version that the dossier had or has not": lambda *_: True},
    ("external_identifier", Keyword.TAKEN): {"an identifier depends on the other dossiers": lambda *_: True},
    ("idempotency_key", Keyword.REUSED): {"a key depends on the requests before": lambda *_: True},
    ("cursor", Keyword.INVALID): {"a cursor is opaque: nobody can make one up": lambda *_: True},
    ("if_match", Keyword.INVALID): {
        # The coverage phase sends the 0 of `"0"`.
        "schemathesis removes the quotes of a generated header": lambda sent, _: (
            re.fullmatch(headers.VERSION, sent.headers["if-match"]) is None
        )
    },
    ("birthdate", Keyword.INVALID_DATE): {
        "the pattern allows every month 31 days": lambda sent, name: _value(sent, name)[8:] in ("29", "30", "31")
    },
    ("birthdate", Keyword.IN_FUTURE): {"a birthdate is compared with the clock": lambda *_: True},
    ("birthdate", Keyword.NAME_REQUIRED): {
        "no schema of a parameter can require another parameter": lambda sent, _: "name" not in sent.filters
    },
    ("name", Keyword.INVALID): {
        "no schema of a parameter can exclude another parameter": lambda sent, _: "external_identifier" in sent.filters
    },
    ("name", Keyword.BLANK): {
        "a name has a letter or digit, for which there is no portable pattern": lambda sent, name: (
            names.words(str(sent.filters[name])) == []
        )
    },
    ("external_identifier", Keyword.BLANK): {"an identifier is trimmed": lambda sent, name: _value(sent, name) == ""},
    ("email", Keyword.INVALID_EMAIL): {"idn-email also allows what the internet does not": lambda *_: True},
    **{
        (name, Keyword.TOO_LONG): {
            "a searched text is limited in bytes": lambda sent, name: (
                len(str(sent.filters.get(name, "")).encode()) > list_criteria.MAX_BYTES
            )
        }
        for name in ("name", "external_identifier")
    },
    **{
        (name, Keyword.TOO_LONG): {
            "a folded word is limited in bytes": lambda sent, name: any(
                names.is_too_long(word) for word in names.words(_value(sent, name))
            )
        }
        for name in ("firstname", "lastname")
    },
    **{
        (name, Keyword.TOO_MANY_WORDS): {
            "no schema counts words": lambda sent, _: _is_update(sent, "") or len(_words(sent)) > names.MAX_WORDS
        }
        for name in ("firstname", "lastname")
    },
}


def is_right(failure: Failure, operation: str, response: Response) -> bool:
    """Whether a response is right although schemathesis reports it."""
    reasons = list(_reasons(failure, operation, response))
    used.update(reasons)
    return bool(reasons)


def _reasons(failure: Failure, operation: str, response: Response) -> list[str]:
    if isinstance(failure, UnsupportedMethodResponse):
        return _of_method(response)
    try:
        sent = Sent.of(response, operation)
    except ValueError:
        return []
    if isinstance(failure, EnsureResourceAvailability) and sent.dossier_id in replayed:
        return ["an Idempotency-Key keeps returning the id of a dossier that was deleted"]
    if isinstance(failure, AcceptedNegativeData) and sent.is_valid_once_trimmed:
        return ["the request is allowed once it is trimmed"]
    if isinstance(failure, RejectedPositiveData) and response.status_code in (412, 422):
        return _of_errors(sent, response.json()["errors"])
    return []


def _of_method(response: Response) -> list[str]:
    path = (response.request.url or "").partition("?")[0]
    if response.status_code == 404 and response.json() == {"message": "Not Found"}:
        return ["API Gateway returns 404 for a method that a path does not have"]
    if path.endswith("/dossiers/search"):
        return ["`search` is the id of a dossier in the path of GET, PATCH and DELETE"]
    return []


def _of_errors(sent: Sent, errors: dict[str, list[Any]]) -> list[str]:
    """The reason for every error; none if one of them has no reason."""
    found = []
    for name, keywords in errors.items():
        for keyword in keywords:
            rules = _EXPRESSED_BY_NO_SCHEMA.get((name, Keyword(keyword)), {})
            reason = next((reason for reason, applies in rules.items() if applies(sent, name)), None)
            if reason is None:
                return []
            found.append(reason)
    return found
