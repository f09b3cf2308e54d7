"""Tables: what every list returns. Headers, and rows as JSON text, which are joined and never parsed."""

import json
from collections.abc import Sequence
from functools import cache

COMPACT = (",", ":")
"""The separators of JSON without spaces."""

_END = "]}"


def row(values: Sequence[str | int | None]) -> str:
    """A row as JSON text, exactly as the API returns it."""
    return json.dumps(values, ensure_ascii=False, separators=COMPACT)


def join(rows: Sequence[str]) -> str:
    """Rows, or texts of rows, as one text of rows."""
    return ",".join(rows)


def body(headers: tuple[str, ...], texts: Sequence[str]) -> str:
    """The body of a response that holds these rows, or texts of rows."""
    # One join: a body can be megabytes long, and each `+` would copy it.
    parts = [_start(headers)]
    for text in texts:
        parts += (text, ",")
    parts[-1 if texts else 1 :] = [_END]
    return "".join(parts)


@cache
def _start(headers: tuple[str, ...]) -> str:
    return f'{{"headers":{json.dumps(headers, separators=COMPACT)},"rows":['
