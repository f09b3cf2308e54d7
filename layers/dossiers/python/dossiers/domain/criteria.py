"""Which dossiers a list is to show, and which page of it."""

from dataclasses import dataclass

from dossiers.domain.cursor import Position


@dataclass(frozen=True)
class ListCriteria:
    """All dossiers; those with all these `words` in their name; or the one with this `external_identifier`.

    `limit`: rows of a page. `after`: the page starts behind this place.
    """

    words: list[str] | None = None
    external_identifier: str | None = None
    limit: int | None = None
    after: Position | None = None
