"""Text that has to be one JSON object: the body of a request, or a line of a file.

Stricter than `json`: a key given twice would drop the first value silently, and NaN and Infinity are no JSON.
"""

import json
from hashlib import sha256
from typing import Any

from dossiers.domain.errors import BASE, InvalidJson, Keyword, Problem
from dossiers.domain.text import is_encodable

JsonObject = dict[str, Any]


def parse(body: bytes) -> tuple[JsonObject, list[Problem]]:
    """The object, and the problem of its keys if one of them, at any depth, holds half a surrogate pair.

    Such a key is left out of the object: no field has it, and no response could repeat it. Numbers come out as 0,
    whatever their size: no field is a number, and 1e999999999 takes long to compute.

    Raises InvalidJson for anything but one object, and for nesting too deep for the parser.
    """
    problems: list[Problem] = []

    def check(pairs: list[tuple[str, Any]]) -> JsonObject:
        if len(dict(pairs)) != len(pairs):
            raise ValueError
        named = {key: value for key, value in pairs if is_encodable(key)}
        if len(named) != len(pairs):
            problems[:] = [(BASE, Keyword.INVALID)]
        return named

    try:
        document = json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=check,
            parse_int=_zero,
            parse_float=_zero,
            parse_constant=_refuse_constant,
        )
    except (ValueError, RecursionError) as exc:
        raise InvalidJson from exc
    if not isinstance(document, dict):
        raise InvalidJson
    return document, problems


def digest(document: JsonObject) -> str:
    """A SHA-256 that is the same for the same JSON, however it was spaced and ordered."""
    return sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _zero(_: str) -> int:
    return 0


def _refuse_constant(_: str) -> None:
    raise ValueError
