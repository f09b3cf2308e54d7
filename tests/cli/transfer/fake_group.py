"""A dossier group in memory, which imports and exports use instead of a table or the API."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Any
from uuid import uuid4

from cli.transfer.targets import Retry
from dossiers.domain import person
from dossiers.domain.content import Content
from dossiers.domain.errors import DossierNotFound, Invalid, Taken


class FakeGroup:
    """Implements Target. `before`: called at the start of each request, with its name; it may raise."""

    def __init__(self, before: Callable[[str], None] = lambda _: None) -> None:
        self.dossiers: dict[str, Content] = {}
        self.keys: dict[str, str] = {}
        self.requests: list[str] = []
        self.before = before
        self._lock = Lock()

    def check(self) -> None:
        pass

    def create(self, content: Content, key: str | None) -> bool:
        self._begin("create")
        with self._lock:
            if key is not None and key in self.keys:
                return False
            self._check_identifier(content, None)
            dossier = str(uuid4())
            self.dossiers[dossier] = content
            if key is not None:
                self.keys[key] = dossier
            return True

    def update(self, dossier_id: str, document: Mapping[str, Any]) -> Content:
        self._begin("update")
        with self._lock:
            merged = person.parse(dict(document), now=datetime.now(UTC)).merge(self._get(dossier_id))
            if problems := merged.problems():
                raise Invalid(problems)
            self._check_identifier(merged, dossier_id)
            self.dossiers[dossier_id] = merged
            return merged

    def read(self, dossier_id: str) -> Content:
        self._begin("read")
        with self._lock:
            return self._get(dossier_id)

    def ids(self, retry: Retry) -> Iterator[str]:
        yield from retry(lambda: sorted(self.dossiers))

    @property
    def contents(self) -> list[Content]:
        """What the dossiers hold, without order."""
        return sorted(self.dossiers.values(), key=repr)

    def _begin(self, request: str) -> None:
        self.requests.append(request)
        self.before(request)

    def _get(self, dossier_id: str) -> Content:
        if dossier_id not in self.dossiers:
            raise DossierNotFound
        return self.dossiers[dossier_id]

    def _check_identifier(self, content: Content, dossier_id: str | None) -> None:
        for holder, other in self.dossiers.items():
            if holder != dossier_id and other.external_identifier == content.external_identifier is not None:
                raise Taken(holder)
