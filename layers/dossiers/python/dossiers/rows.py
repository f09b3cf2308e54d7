"""A dossier's row: the one text a list shows of it, made once when the dossier is created and joined ever after.

Pure.
"""

import json

# `lastnameid` holds the last name. It is spelled as the API was published: clients look columns up by this name.
COLUMNS = ("id", "birth_year", "gender", "firstname", "lastnameid")

_COMPACT = (",", ":")
_OPENING = f'{{"headers":{json.dumps(COLUMNS, separators=_COMPACT)},"rows":['
_CLOSING = "]}"

_ID = slice(len('["'), len('["') + 36)


def row(
    dossier_id: str, birth_year: int | None, gender: str | None, firstname: str | None, lastname: str | None
) -> str:
    """The row as JSON text, exactly as the API answers it; a column without a value is null."""
    return json.dumps([dossier_id, birth_year, gender, firstname, lastname], ensure_ascii=False, separators=_COMPACT)


def dossier_id(row: str) -> str:
    """The id of the dossier whose row this is: its first column."""
    return row[_ID]


def joined(rows: list[str]) -> str:
    """Rows, or texts of rows, as one text of rows."""
    return ",".join(rows)


def table(texts: list[str]) -> str:
    """The body of an answer that holds these rows, or texts of rows."""
    # One join: a body can be megabytes long, and each `+` would copy it.
    parts = [_OPENING]
    for text in texts:
        parts += (text, ",")
    parts[-1 if texts else 1 :] = [_CLOSING]
    return "".join(parts)
