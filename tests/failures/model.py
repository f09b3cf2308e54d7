"""A model of the dossiers that one user has written, according to the responses. It checks later responses.

A write without a 2xx response may have been carried out or not, and may still be. So a dossier has a set of states that
are possible. Each response that shows it, or does not, rules some of them out.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

from dossiers.domain import rows
from dossiers.domain.content import PERSON_FIELDS
from tests.api import COLUMNS, Response


class Wrong(Exception):
    """A response that the API must not return, whatever happens to its requests to DynamoDB."""


@dataclass(frozen=True)
class State:
    """A dossier that exists. Each write makes a state with a higher version of another."""

    firstname: str
    lastname: str
    identifier: str | None = None
    birth_year: int = 1980
    gender: str = "M"
    version: int = 1

    @property
    def person(self) -> dict[str, str]:
        """The fields of its person."""
        return {
            "firstname": self.firstname,
            "lastname": self.lastname,
            "gender": self.gender,
            "birthdate": f"{self.birth_year}-02-23",
        }

    @property
    def document(self) -> dict[str, Any]:
        """The part that a create sends of what a show returns."""
        return {"dossier": {"external_identifier": self.identifier}, "person": self.person}

    @property
    def words(self) -> set[str]:
        """The words that find it."""
        return set(f"{self.firstname} {self.lastname}".lower().split())

    def row(self, id_: str) -> list[Any]:
        """Its row in a list, under this id."""
        row: list[Any] = json.loads(rows.row(id_, self.person))
        return row

    def is_shown_by(self, response: Response) -> bool:
        """Whether a show or an update returned this state."""
        shown, person = response.json, dict.fromkeys(PERSON_FIELDS) | self.person
        return (
            {name: shown[name] for name in ("dossier", "person")} == self.document | {"person": person}
            and response.etag == f'"{self.version}"'
            and shown.keys() == {"id", "dossier", "person", "created_at", "updated_at"}
        )

    def update(self, changes: dict[str, Any]) -> "State":
        """The state after an update of these fields: the same one when they have these values already."""
        changed = replace(self, **changes)
        return self if changed == self else replace(changed, version=self.version + 1)


@dataclass(frozen=True)
class Absent:
    """A dossier that does not exist. No write comes before its create, and none after its delete."""

    version: float


NOT_CREATED, DELETED = Absent(0), Absent(float("inf"))

AnyState = State | Absent


def exists(state: AnyState) -> TypeGuard[State]:
    return isinstance(state, State)


@dataclass(eq=False)
class Dossier:
    """A dossier that a client creates. The last name of its create is unique, unless its id is known from the start."""

    group: str
    created: State
    """The state that its create gives it."""
    key: str | None = None
    """The Idempotency-Key of its create."""
    id: str | None = None
    """Its id, once a response contained it."""
    attempts: int = 0
    """How often its create was sent."""
    possible: list[AnyState] = field(default_factory=list)

    def __post_init__(self) -> None:
        """A dossier with an id exists. Another one may exist as soon as its create is sent."""
        self.possible = self.possible or ([NOT_CREATED, self.created] if self.id is None else [self.created])

    @property
    def must_exist(self) -> bool:
        """Whether it exists in every possible state."""
        return all(map(exists, self.possible))

    @property
    def was_created(self) -> bool:
        """Whether a response confirmed its create. It may be deleted since."""
        return NOT_CREATED not in self.possible

    @property
    def state(self) -> State | None:
        """Its state, if only one is possible and it exists."""
        [state, *others] = self.possible
        return state if exists(state) and not others else None

    @property
    def states(self) -> list[State]:
        """The possible states in which it exists."""
        return [state for state in self.possible if exists(state)]

    @property
    def body(self) -> str:
        """The body of its create."""
        return json.dumps(self.created.document)

    def record_id(self, id_: str) -> None:
        """Record that a response contained this id. Raises Wrong if an earlier response had another id."""
        before, self.id = self.id, id_
        if before not in (None, id_):
            raise Wrong(f"one create has two dossiers: {before} and {id_}")

    def record_create(self) -> None:
        """Record that its create was carried out."""
        self.possible = [state for state in self.possible if state != NOT_CREATED]

    def observe(self, is_observed: Callable[[AnyState], bool], message: str) -> None:
        """Rule out the states that come before the observed ones. Raises Wrong if none of these is possible."""
        observed = [state for state in self.possible if is_observed(state)]
        if not observed:
            raise Wrong(message)
        first = min(state.version for state in observed)
        self.possible = [state for state in self.possible if state in observed or state.version > first]


@dataclass
class Model:
    """The dossiers of one user."""

    dossiers: list[Dossier] = field(default_factory=list)
    _by_id_or_lastname: dict[str, Dossier] = field(default_factory=dict)

    def add(self, dossier: Dossier) -> None:
        """Add a dossier, which responses may contain from now on."""
        self.dossiers.append(dossier)
        self._by_id_or_lastname[dossier.created.lastname if dossier.id is None else dossier.id] = dossier

    def record_id(self, dossier: Dossier, id_: str) -> None:
        """Record that a response contained this id of the dossier. Raises Wrong if an earlier one had another id."""
        dossier.record_id(id_)
        self._by_id_or_lastname[id_] = dossier

    def dossier_of(self, row: list[Any]) -> Dossier:
        """The dossier of a row. Raises Wrong if no dossier of the user has this row."""
        shown = dict(zip(COLUMNS, row, strict=True))
        id_ = shown["id"]
        dossier = self._by_id_or_lastname.get(id_) or self._by_id_or_lastname.get(shown["lastnameid"])
        if dossier is None or not any(state.row(id_) == row for state in dossier.states):
            raise Wrong("a row shows a dossier that was never created, or not so")
        self.record_id(dossier, id_)
        return dossier


Belongs = Callable[[Dossier, State], bool]
"""Whether a list contains a dossier that is in this state."""

_UNKNOWN = "unknown"


class Listing:
    """One list of the dossiers for which `belongs` is true, checked page by page."""

    def __init__(self, model: Model, belongs: Belongs, limit: int | None = None) -> None:
        self._model = model
        self._belongs = belongs
        self._limit = limit
        self._shown: list[tuple[str, str]] = []

    def add(self, page: Response) -> None:
        """Check the next page. Raises Wrong."""
        shown = _rows(page)
        for row in shown:
            dossier = self._model.dossier_of(row)
            self._observe_row(dossier, row)
            position = (dossier.group, row[0])
            if self._shown and position <= self._shown[-1]:
                raise Wrong("rows are repeated or out of order")
            self._shown.append(position)
        if self._limit is not None and len(shown) > self._limit:
            raise Wrong("a page has more rows than its limit")
        if page.next is not None and len(shown) != self._limit:
            raise Wrong(f"a page of {len(shown)} rows has a Link, and its limit is {self._limit}")
        self._check_absent_dossiers(is_last=page.next is None)

    def _observe_row(self, dossier: Dossier, row: list[Any]) -> None:
        def is_observed(state: AnyState) -> bool:
            return exists(state) and state.row(row[0]) == row and self._belongs(dossier, state)

        dossier.observe(is_observed, "a row shows a dossier that was not requested")

    def _check_absent_dossiers(self, *, is_last: bool) -> None:
        shown, missing = set(self._shown), 0
        for dossier in self._model.dossiers:
            position = (dossier.group, dossier.id or _UNKNOWN)
            is_behind = dossier.id is None or not self._shown or position > self._shown[-1]
            if position in shown or (is_behind and not is_last):
                continue
            if dossier.must_exist and all(self._belongs(dossier, state) for state in dossier.states):
                missing += 1
            else:
                self._observe_absence(dossier)
        if missing:
            raise Wrong(f"{missing} dossiers are missing from a list of {len(shown)}, is_last={is_last}")

    def _observe_absence(self, dossier: Dossier) -> None:
        def is_observed(state: AnyState) -> bool:
            return not exists(state) or not self._belongs(dossier, state)

        dossier.observe(is_observed, "a dossier is missing from a list")


def _rows(page: Response) -> list[list[Any]]:
    try:
        document = json.loads(page.body)
        shown: list[list[Any]] = document["rows"]
    except (ValueError, LookupError, TypeError) as exc:
        raise Wrong("the body of a 200 is no table") from exc
    if document != {"headers": COLUMNS, "rows": shown} or any(len(row) != len(COLUMNS) for row in shown):
        raise Wrong("the body of a 200 is no table")
    return shown
