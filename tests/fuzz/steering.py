"""Turns generated requests towards what exists. Without it most would be refused before they reach what is tested.

A part of the requests is left as it was generated. The request itself decides, so that Hypothesis, which sends some of
them again, sees what it saw before.
"""

import re
from itertools import count
from typing import Any
from zlib import crc32

from schemathesis import Case
from schemathesis.generation.meta import TestPhase

from dossiers.api import headers
from dossiers.domain import cursor
from dossiers.domain.cursor import Position
from dossiers.domain.text import is_dossier_id, is_group_id
from openapi import examples
from tests.fuzz.life import Life

_ID = "00000000-0000-4000-8000-000000000000"
"""The id of no dossier, before those of all others: a page behind it is the whole list."""

_MAX_LENGTH = 245
"""Characters of an identifier to which a number is appended."""

_CURSOR = re.compile(r"[A-Za-z0-9_-]+")


class Steering:
    """`groups`: those that are granted to the user."""

    def __init__(self, life: Life, groups: tuple[str, ...]) -> None:
        self._life = life
        self._groups = groups
        self._count = count(1)

    def steer(self, case: Case[Any]) -> None:
        """Change a request before it is sent."""
        # Without path and headers: the service draws the ids of dossiers, and the token has the time in it.
        number = crc32(repr((case.method, case.path, case.query, case.body)).encode())
        # The coverage phase has one request for each way to break a schema: nothing else may refuse it.
        if number % 4 or (case.meta is not None and case.meta.phase.name is TestPhase.COVERAGE):
            self._steer_path(case.path_parameters, number)
            self._steer_headers(case, number)
            if isinstance(case.body, dict):
                case.body = self._steer_body(case.body)
        if case.query and case.meta is not None and case.meta.generation.mode.is_positive:
            self._steer_query(case.query, self._position(case), number)

    def _steer_path(self, parameters: dict[str, Any], number: int) -> None:
        group, dossier_id = parameters.get("dossier_group_id"), parameters.get("dossier_id")
        if isinstance(group, str) and is_group_id(group) and group not in self._groups:
            parameters["dossier_group_id"] = group = self._groups[number % len(self._groups)]
        if group in self._groups and isinstance(dossier_id, str) and is_dossier_id(dossier_id):
            parameters["dossier_id"] = self._life.one_of(str(group), dossier_id)

    def _steer_headers(self, case: Case[Any], number: int) -> None:
        """Use each Idempotency-Key once, and name a version that a dossier has."""
        sent = str(case.headers.get("Idempotency-Key"))
        if "Idempotency-Key" in case.headers and re.fullmatch(headers.IDEMPOTENCY_KEY, sent):
            case.headers["Idempotency-Key"] = f"key-{next(self._count)}"
        # Schemathesis removes the quotes of a version in its coverage phase.
        if re.fullmatch(rf"{headers.VERSION}|[0-9]+|\*", str(case.headers.get("If-Match"))):
            case.headers["If-Match"] = "*" if number % 2 else self._etag(case)

    def _steer_body(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body, in which the identifier of a dossier is free. Schemathesis may use its own body again."""
        dossier = body.get("dossier")
        identifier = dossier.get("external_identifier") if isinstance(dossier, dict) else None
        if not isinstance(dossier, dict) or not isinstance(identifier, str) or not 0 < len(identifier) < _MAX_LENGTH:
            return body
        return body | {"dossier": dossier | {"external_identifier": f"{identifier}{next(self._count)}"}}

    def _position(self, case: Case[Any]) -> Position:
        """A position whose cursor is valid for the request, before all rows."""
        group = case.path_parameters.get("dossier_group_id")
        position = Position(str(group) if group in self._groups else self._groups[0])
        return position if case.path.endswith("/dossier_groups") else position._replace(dossier_id=_ID)

    def _steer_query(self, query: dict[str, Any], position: Position, number: int) -> None:
        if "external_identifier" in query and number % 5:
            for name in ("name", "birthdate", "cursor") if number % 2 else ("external_identifier",):
                query.pop(name, None)
        if "birthdate" in query and "name" not in query and number % 5:
            query["name"] = examples.NAME
        if isinstance(sent := query.get("cursor"), str) and _CURSOR.fullmatch(sent) and number % 5:
            query["cursor"] = cursor.encode(position)

    def _etag(self, case: Case[Any]) -> str:
        group, dossier_id = (str(case.path_parameters[name]) for name in ("dossier_group_id", "dossier_id"))
        return self._life.etag(group, dossier_id) or examples.ETAG
