"""Which dossiers a list is to show, and which page of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from dossiers.domain.cursor import Position


@dataclass(frozen=True)
class ListCriteria:
    """All dossiers; those whose name has all words of one of the `readings`; or the one with `external_identifier`.

    `birthdate`: next to readings, only those whose birthdate is compatible with it. `limit`: rows of a page. `after`:
    the page starts behind this place.
    """

    readings: Sequence[Sequence[str]] | None = None
    birthdate: str | None = None
    external_identifier: str | None = None
    limit: int | None = None
    after: Position | None = None
