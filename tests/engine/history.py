"""What clients did at the same time and what responses they got, and whether one order of events explains all of it.

Every update of a storm changes something, so its ETag tells its place in the history of its dossier. The moments at
which requests were sent and returned bound which versions another request may see.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from dossiers.domain import names
from tests.api import Response

Fields = dict[str, str]
"""The fields of a dossier that have a value, the external identifier among them."""

NAMES = ("firstname", "lastname")


@dataclass(frozen=True)
class Request:
    """A request with its response. `sent` is what it set or searched. `started` and `ended` are moments."""

    kind: str
    dossier: str | None
    sent: dict[str, Any]
    response: Response
    started: float
    ended: float
    if_match: int | None = None

    @property
    def version(self) -> int:
        """The version in the ETag of the response."""
        return int(self.response.headers["etag"].strip('"'))

    @property
    def fields(self) -> Fields:
        """The fields of the dossier in the response."""
        shown = {**self.response.json["person"], **self.response.json["dossier"]}
        return {name: value for name, value in shown.items() if value is not None}


@dataclass
class Life:
    """One dossier: the request that created it, its updates by version, and its delete."""

    id: str
    creation: Request
    updates: dict[int, Request]
    deletion: Request | None
    contents: dict[int, Fields] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert sorted(self.updates) == list(range(2, len(self.updates) + 2)), "a version is missing or was made twice"
        fields = _merge({}, self.creation.sent)
        self.contents[1] = fields
        for version, update in sorted(self.updates.items()):
            fields = _merge(fields, update.sent)
            self.contents[version] = fields
            assert update.fields == fields, "an update lost what another one set"

    def versions(self, request: Request) -> range:
        """The versions that the request may see."""
        acknowledged = [version for version, update in self.updates.items() if update.ended < request.started]
        begun = [version for version, update in self.updates.items() if update.started < request.ended]
        return range(max(acknowledged, default=1), max(begun, default=1) + 1)

    def may_exist(self, request: Request) -> bool:
        """Whether the request may find the dossier."""
        is_gone = self.deletion is not None and self.deletion.ended < request.started
        return self.creation.started < request.ended and not is_gone

    def must_exist(self, request: Request) -> bool:
        """Whether the request must find the dossier."""
        may_be_gone = self.deletion is not None and self.deletion.started < request.ended
        return self.creation.ended < request.started and not may_be_gone

    def row(self, version: int) -> list[Any]:
        """The row of a version."""
        fields = self.contents[version]
        return [self.id, None, *(fields.get(name) for name in ("gender", *NAMES))]


class History:
    """All requests of a storm. Safe to use from several threads."""

    def __init__(self) -> None:
        self._requests: list[Request] = []

    def add(
        self,
        kind: str,
        send: Callable[[], Response],
        *,
        dossier: str | None = None,
        if_match: int | None = None,
        **sent: Any,
    ) -> Response:
        """Send a request, and remember it."""
        started = monotonic()
        response = send()
        self._requests.append(Request(kind, dossier, sent, response, started, monotonic(), if_match))
        return response

    def check(self) -> list[Life]:
        """The dossiers. Fails when no order of the requests explains their responses."""
        lives = {life.id: life for life in self._lives()}
        for request in self._requests:
            _CHECKS[request.kind](request, lives)
        return list(lives.values())

    def _lives(self) -> Iterable[Life]:
        updates: dict[str, dict[int, Request]] = defaultdict(dict)
        deletions: dict[str, list[Request]] = defaultdict(list)
        for request in self._requests:
            if request.kind == "update" and request.response.status == 200:
                assert request.version not in updates[str(request.dossier)], "two updates made one version"
                updates[str(request.dossier)][request.version] = request
            if request.kind == "delete" and request.response.status == 204:
                deletions[str(request.dossier)].append(request)
        for request in self._requests:
            if request.kind == "create" and request.response.status == 200:
                id_ = request.response.json["id"]
                assert len(deletions[id_]) <= 1, "two deletes of one dossier succeeded"
                yield Life(id_, request, updates[id_], next(iter(deletions[id_]), None))


def matches(fields: Fields, query: str) -> bool:
    """Whether a name search for the query finds a dossier with these fields."""
    words = names.index_words(fields[name] for name in NAMES if name in fields)
    return any(words.issuperset(reading) for reading in names.readings(query))


def _merge(fields: Fields, sent: dict[str, Any]) -> Fields:
    return {name: value for name, value in {**fields, **sent}.items() if value is not None}


def _check_create(request: Request, lives: dict[str, Life]) -> None:
    if request.response.status != 200:
        _check_taken(request, lives)


def _check_taken(request: Request, lives: dict[str, Life]) -> None:
    """The dossier of the Location has had the identifier."""
    assert (request.response.status, request.response.errors) == (422, {"external_identifier": ["taken"]})
    holder = lives[request.response.headers["location"].rpartition("/")[2]]
    assert holder.id != request.dossier
    assert holder.may_exist(request)
    identifiers = [holder.contents[version].get("external_identifier") for version in holder.versions(request)]
    assert request.sent["external_identifier"] in identifiers


def _check_one(request: Request, lives: dict[str, Life]) -> bool:
    """Whether the dossier of the request was there, in a version that the request expects."""
    life, status = lives[str(request.dossier)], request.response.status
    if status == 404:
        assert request.response.errors == {"dossier_id": ["not_found"]}
        assert not life.must_exist(request)
        return False
    assert life.may_exist(request)
    if status == 412:
        assert list(life.versions(request)) != [request.if_match]
        return False
    return True


def _check_update(request: Request, lives: dict[str, Life]) -> None:
    if _check_one(request, lives) and request.response.status != 200:
        _check_taken(request, lives)
    elif request.response.status == 200:
        assert request.if_match in (None, request.version - 1)


def _check_delete(request: Request, lives: dict[str, Life]) -> None:
    if _check_one(request, lives):
        assert request.response.status == 204
        assert request.if_match in (None, max(lives[str(request.dossier)].contents))


def _check_show(request: Request, lives: dict[str, Life]) -> None:
    if _check_one(request, lives):
        life = lives[str(request.dossier)]
        assert request.version in life.versions(request)
        assert request.fields == life.contents[request.version]


def _check_list(request: Request, lives: dict[str, Life]) -> None:
    """Each row is one that the dossier may have had, and no dossier is missing that must have been found."""
    rows = {row[0]: row for row in request.response.rows}
    assert request.response.ids == sorted(rows), "out of order, or a dossier twice"
    assert rows.keys() <= lives.keys()
    for life in lives.values():
        versions = life.versions(request)
        found = [version for version in versions if _is_found(life.contents[version], request.sent)]
        if life.id in rows:
            assert life.may_exist(request)
            assert rows[life.id] in [life.row(version) for version in found]
        else:
            assert not life.must_exist(request) or len(found) < len(versions)


def _is_found(fields: Fields, sent: dict[str, Any]) -> bool:
    if "name" in sent:
        return matches(fields, sent["name"])
    return "external_identifier" not in sent or fields.get("external_identifier") == sent["external_identifier"]


_CHECKS: dict[str, Callable[[Request, dict[str, Life]], None]] = {
    "create": _check_create,
    "update": _check_update,
    "delete": _check_delete,
    "show": _check_show,
    "list": _check_list,
}
