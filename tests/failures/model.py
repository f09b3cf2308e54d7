"""A model of the dossiers that one user has created, according to the responses. It checks later responses."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dossiers.domain import rows
from tests.api import COLUMNS, Response


class Wrong(Exception):
    """A response that the API must not return, whatever happens to its requests to DynamoDB."""


@dataclass
class Dossier:
    """A dossier that a client creates. Its last name is unique, unless its id is known from the start."""

    group: str
    firstname: str
    lastname: str
    identifier: str | None = None
    key: str | None = None
    """The Idempotency-Key of its create."""
    birth_year: int = 1980
    gender: str = "M"
    id: str | None = None
    """Its id, once a response contained it."""
    exists: bool = False
    """Whether a response confirmed that it exists. Until then it may or may not exist."""
    attempts: int = 0
    """How often its create was sent."""

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
    def body(self) -> str:
        """The body of its create."""
        dossier = {} if self.identifier is None else {"external_identifier": self.identifier}
        return json.dumps({"dossier": dossier, "person": self.person})

    @property
    def words(self) -> set[str]:
        """The words that find it."""
        return set(f"{self.firstname} {self.lastname}".lower().split())

    def record_id(self, id_: str) -> None:
        """Record that a response contained this id. Raises Wrong if an earlier response had another id."""
        before, self.id, self.exists = self.id, id_, True
        if before not in (None, id_):
            raise Wrong(f"one create has two dossiers: {before} and {id_}")


@dataclass
class Model:
    """The dossiers of one user."""

    dossiers: list[Dossier] = field(default_factory=list)
    _by_id_or_lastname: dict[Any, Dossier] = field(default_factory=dict)

    def add(self, dossier: Dossier) -> None:
        """Add a dossier, which responses may contain from now on."""
        self.dossiers.append(dossier)
        self._by_id_or_lastname |= {name: dossier for name in (dossier.id, dossier.lastname) if name is not None}

    def dossier_of(self, row: list[Any]) -> Dossier:
        """The dossier of a row. Raises Wrong if no dossier of the user has this row."""
        shown = dict(zip(COLUMNS, row, strict=True))
        id_ = shown["id"]
        dossier = self._by_id_or_lastname.get(id_) or self._by_id_or_lastname.get(shown["lastnameid"])
        if dossier is None or row != json.loads(rows.row(id_, dossier.person)):
            raise Wrong("a row shows a dossier that was never created")
        dossier.record_id(id_)
        return dossier


_UNKNOWN = "unknown"


class Listing:
    """One list of the dossiers for which `belongs` is true, checked page by page."""

    def __init__(self, model: Model, belongs: Callable[[Dossier], bool], limit: int | None = None) -> None:
        self._model = model
        self._belongs = belongs
        self._limit = limit
        self._shown: list[tuple[str, str]] = []

    def add(self, page: Response) -> None:
        """Check the next page. Raises Wrong."""
        shown = _rows(page)
        for row in shown:
            dossier = self._model.dossier_of(row)
            if not self._belongs(dossier):
                raise Wrong("a row shows a dossier that was not requested")
            position = (dossier.group, row[0])
            if self._shown and position <= self._shown[-1]:
                raise Wrong("rows are repeated or out of order")
            self._shown.append(position)
        if self._limit is not None and len(shown) > self._limit:
            raise Wrong("a page has more rows than its limit")
        if page.next is not None and len(shown) != self._limit:
            raise Wrong(f"a page of {len(shown)} rows has a Link, and its limit is {self._limit}")
        self._check_that_none_is_missing(is_last=page.next is None)

    def _check_that_none_is_missing(self, *, is_last: bool) -> None:
        expected = [dossier for dossier in self._model.dossiers if dossier.exists and self._belongs(dossier)]
        missing = {(dossier.group, dossier.id or _UNKNOWN) for dossier in expected}.difference(self._shown)
        if not is_last:
            missing = {(group, id_) for group, id_ in missing if id_ != _UNKNOWN and (group, id_) < self._shown[-1]}
        if missing:
            raise Wrong(f"{len(missing)} of {len(expected)} dossiers are missing from a list, is_last={is_last}")


def _rows(page: Response) -> list[list[Any]]:
    try:
        document = json.loads(page.body)
        shown: list[list[Any]] = document["rows"]
    except (ValueError, LookupError, TypeError) as exc:
        raise Wrong("the body of a 200 is no table") from exc
    if document != {"headers": COLUMNS, "rows": shown} or any(len(row) != len(COLUMNS) for row in shown):
        raise Wrong("the body of a 200 is no table")
    return shown
