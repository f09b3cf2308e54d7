"""A dossier's row: the text that lists show of it, made when the dossier is written and joined when it is listed."""

import json
from collections.abc import Callable, Mapping, Sequence

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

_COMPACT = (",", ":")
_START = f'{{"headers":{json.dumps(list(COLUMNS), separators=_COMPACT)},"rows":['
_END = "]}"

_ID = slice(len('["'), len('["') + 36)


def row(dossier_id: str, person: Person) -> str:
    """The row of a dossier as JSON text, exactly as the API returns it; a column without a value is null."""
    values = [value_of(dossier_id, person) for value_of in COLUMNS.values()]
    return json.dumps(values, ensure_ascii=False, separators=_COMPACT)


def dossier_id(row: str) -> str:
    """The id of the dossier whose row this is: its first column."""
    return row[_ID]


def join(rows: Sequence[str]) -> str:
    """Rows, or texts of rows, as one text of rows."""
    return ",".join(rows)


def body(texts: Sequence[str]) -> str:
    """The body of a response that holds these rows, or texts of rows."""
    # One join: a body can be megabytes long, and each `+` would copy it.
    parts = [_START]
    for text in texts:
        parts += (text, ",")
    parts[-1 if texts else 1 :] = [_END]
    return "".join(parts)
