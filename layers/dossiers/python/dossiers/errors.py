"""Everything that can go wrong, and the keywords that say so. No HTTP here: http.py gives each its status.

DossiersError
├── InvalidJson        the body is not one JSON object
├── Invalid            fields, parameters or the idempotency key break a rule; holds every one that does
├── Unauthorized       the token names no user
├── GroupNotFound      the dossier group does not exist, or is not granted: nobody can tell which
└── TryAgain           DynamoDB throttles, is out of reach, or a conflict outlasted the retries

DatabaseError          DynamoDB refuses what the service sends
"""

from collections.abc import Mapping
from enum import StrEnum
from itertools import islice


class Keyword(StrEnum):
    """What an error answer says of a field, for clients to translate. docs/api.md explains each."""

    BLANK = "blank"
    DOSSIER_GROUP_ID_REQUIRED = "dossier_group_id_required"
    IN_FUTURE = "in_future"
    INCLUSION = "inclusion"
    INTERNAL_ERROR = "internal_error"
    INVALID = "invalid"
    INVALID_DATE = "invalid_date"
    INVALID_EMAIL = "invalid_email"
    INVALID_JSON = "invalid_json"
    NOT_FOUND = "not_found"
    REUSED = "reused"
    TAKEN = "taken"
    TOO_LONG = "too_long"
    TOO_MANY_WORDS = "too_many_words"
    TRY_AGAIN = "try_again"
    UNKNOWN = "unknown"


Problems = dict[str, Keyword]
"""A field's own name -> the first rule it breaks; `base` for what belongs to no field."""

BASE = "base"


class DossiersError(Exception):
    """A request that is not answered with what it asked for. Its text never holds a person's data."""

    def __init__(self, problems: Mapping[str, Keyword]) -> None:
        super().__init__(", ".join(sorted(set(problems.values()))))
        self.problems = dict(problems)


class InvalidJson(DossiersError):
    """The body is not one JSON object in UTF-8."""

    def __init__(self) -> None:
        super().__init__({BASE: Keyword.INVALID_JSON})


class Invalid(DossiersError):
    """Something that was sent breaks a rule; `problems` names every broken field."""


class Unauthorized(DossiersError):
    """The token has no `sub` that could be a user."""

    def __init__(self) -> None:
        super().__init__({})


class GroupNotFound(DossiersError):
    """The dossier group does not exist or is not granted to the user."""

    def __init__(self) -> None:
        super().__init__({"dossier_group_id": Keyword.NOT_FOUND})


class Cause(StrEnum):
    """Why a request has to be sent again, for the log."""

    CONFLICT = "conflict"
    """Another transaction wrote the same item for longer than the retries took."""
    DEADLINE = "deadline"
    """The function's time is up."""
    THROTTLED = "throttled"
    """DynamoDB throttled the request."""
    TRUNCATED = "truncated"
    """DynamoDB's response was cut short, altered on the way, or not of the form that the operation has."""
    UNREACHABLE = "unreachable"
    """No connection, no response in time, a 5xx of DynamoDB, or no credentials to be had."""


class TryAgain(DossiersError):
    """Nothing is wrong with the request: the same one can be sent again."""

    def __init__(self, cause: Cause) -> None:
        super().__init__({BASE: Keyword.TRY_AGAIN})
        self.cause = cause


class DatabaseError(Exception):
    """DynamoDB refuses a request of ours for a reason that does not pass: a defect of the service or of its set-up.

    `code` is DynamoDB's error code. The text of the error is in `__cause__` alone: it may quote a key or an item.
    """

    def __init__(self, code: str, operation: str) -> None:
        super().__init__(f"{operation}: {code}")
        self.code = code
        self.operation = operation


MAX_PROBLEMS = 1000
"""How many problems one answer names. There are fewer fields: more come only of a body made of unknown ones."""


def refuse(problems: Problems) -> None:
    """Raise Invalid when there is any problem."""
    if problems:
        raise Invalid(dict(islice(problems.items(), MAX_PROBLEMS)))
