"""The errors of the service, and the keywords that report them. No HTTP here: api/response.py gives each its status.

DossiersError
├── InvalidJson        the body is not one JSON object
├── Invalid            fields, parameters or headers break rules; reports all of them
│   └── Taken          another dossier of the group has the external identifier
├── Unauthorized       the token names no user
├── GroupNotFound      the dossier group does not exist or is not granted; the caller cannot tell which
├── Forbidden          the user's role in the group does not permit the request
├── DossierNotFound    the group has no such dossier
├── Stale              the dossier has another version than If-Match names
└── TryAgain           DynamoDB throttles, is out of reach, or a conflict outlasted the retries

DatabaseError          DynamoDB refuses what the service sends
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import islice


class Keyword(StrEnum):
    """What an error response says about a field. Clients translate it. docs/api.md explains each."""

    BLANK = "blank"
    DOSSIER_GROUP_ID_REQUIRED = "dossier_group_id_required"
    FORBIDDEN = "forbidden"
    IN_FUTURE = "in_future"
    INCLUSION = "inclusion"
    INTERNAL_ERROR = "internal_error"
    INVALID = "invalid"
    INVALID_DATE = "invalid_date"
    INVALID_EMAIL = "invalid_email"
    INVALID_JSON = "invalid_json"
    NAME_REQUIRED = "name_required"
    NOT_FOUND = "not_found"
    REUSED = "reused"
    STALE = "stale"
    TAKEN = "taken"
    TOO_LONG = "too_long"
    TOO_MANY_WORDS = "too_many_words"
    TRY_AGAIN = "try_again"
    UNKNOWN = "unknown"


Problem = tuple[str, Keyword]
"""The name of a field or parameter, or BASE, and the keyword of a rule that it breaks."""

Problems = dict[str, tuple[Keyword, ...]]
"""What an error response reports: each name with its keywords, in alphabetical order."""

BASE = "base"
"""The name for what belongs to no field."""

MAX_PROBLEMS = 1000
"""How many names one error reports. There are fewer fields and parameters: more come only of unknown ones."""


class DossiersError(Exception):
    """A request is refused or cannot be completed. The text of the error never contains a person's data."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        """`problems`: a name that occurs more than once is reported with each of its keywords. Of more than
        MAX_PROBLEMS names some of the unknown ones are left out.
        """
        found: dict[str, set[Keyword]] = {}
        for name, keyword in sorted(problems, key=lambda problem: problem[1] is Keyword.UNKNOWN):
            found.setdefault(name, set()).add(keyword)
        super().__init__(", ".join(sorted(set().union(*found.values()))))
        self.problems: Problems = {
            name: tuple(sorted(keywords)) for name, keywords in islice(found.items(), MAX_PROBLEMS)
        }


class InvalidJson(DossiersError):
    """The body is not one JSON object in UTF-8."""

    def __init__(self) -> None:
        super().__init__([(BASE, Keyword.INVALID_JSON)])


class Invalid(DossiersError):
    """Something that was sent breaks a rule; `problems` names every broken field."""


class Taken(Invalid):
    """The external identifier is that of another dossier in the group."""

    def __init__(self, dossier_id: str) -> None:
        """`dossier_id`: the dossier that has the identifier."""
        super().__init__([("external_identifier", Keyword.TAKEN)])
        self.dossier_id = dossier_id


class Unauthorized(DossiersError):
    """The token has no `sub` that could be a user."""


class GroupNotFound(DossiersError):
    """The dossier group does not exist or is not granted to the user."""

    def __init__(self) -> None:
        super().__init__([("dossier_group_id", Keyword.NOT_FOUND)])


class Forbidden(DossiersError):
    """The user's role in the group does not permit the request."""

    def __init__(self) -> None:
        super().__init__([(BASE, Keyword.FORBIDDEN)])


class DossierNotFound(DossiersError):
    """The dossier is not in the group: it never existed, was deleted, or is in another group."""

    def __init__(self) -> None:
        super().__init__([("dossier_id", Keyword.NOT_FOUND)])


class Stale(DossiersError):
    """The dossier has another version than the one that the request names in If-Match."""

    def __init__(self) -> None:
        super().__init__([(BASE, Keyword.STALE)])


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
        super().__init__([(BASE, Keyword.TRY_AGAIN)])
        self.cause = cause


class DatabaseError(Exception):
    """DynamoDB refuses a request of ours for a reason that does not pass: a defect of the service or of its set-up.

    `code` is DynamoDB's error code. The text of the error is in `__cause__` alone: it may quote a key or an item.
    """

    def __init__(self, code: str, operation: str) -> None:
        super().__init__(f"{operation}: {code}")
        self.code = code
        self.operation = operation


def refuse(problems: Sequence[Problem]) -> None:
    """Raise Invalid when there is any problem."""
    if problems:
        raise Invalid(problems)
