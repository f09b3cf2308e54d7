"""A dossier's row: the text that lists show of it, made when the dossier is written and joined when it is listed."""

from collections.abc import Callable, Mapping

from dossiers.domain import tables
from dossiers.domain.cursor import Position

Person = Mapping[str, str]
"""The fields of a person that have a value."""


def _birth_year(person: Person) -> int | None:
    return int(person["birthdate"][:4]) if "birthdate" in person else None


# `lastnameid` holds the last name. It is spelled as the API was published: clients look columns up by this name.
COLUMNS: dict[str, Callable[[str, Person], str | int | None]] = {
    "id": lambda dossier_id, _: dossier_id,
    "birth_year": lambda _, person: _birth_year(person),
    "gender": lambda _, person: person.get("gender"),
    "firstname": lambda _, person: person.get("firstname"),
    "lastnameid": lambda _, person: person.get("lastname"),
}
"""The columns of a row, in their order: what each holds of a dossier's id and its person. The id comes first."""

HEADERS = tuple(COLUMNS)
"""The headers of a table of dossiers."""

_ID = slice(len('["'), len('["') + 36)


def row(dossier_id: str, person: Person) -> str:
    """The row of a dossier as JSON text, exactly as the API returns it; a column without a value is null."""
    return tables.row([value_of(dossier_id, person) for value_of in COLUMNS.values()])


def dossier_id(row: str) -> str:
    """The id of the dossier whose row this is: its first column."""
    return row[_ID]


def position(group: str, row: str) -> Position:
    """The place of a row of the group in a list."""
    return Position(group, dossier_id(row))
