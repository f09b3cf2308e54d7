"""A cursor: the last dossier or dossier group that a page showed, so that the next page starts behind it.

It names a group and perhaps a dossier, no person. It is not signed: whatever it says, only key ranges that the user may
list are read, and the start key is built from those ranges on our side.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

from dossiers.domain.text import DOSSIER_ID, GROUP_ID

_POSITION = re.compile(rf"({GROUP_ID})(?:#({DOSSIER_ID}))?")


class Position(NamedTuple):
    """A place in a list of dossiers, or of groups (`dossier_id` is None).

    Lists go by group, then by dossier id, in the order of their characters.
    """

    group: str
    dossier_id: str | None = None


def encode(position: Position) -> str:
    """The position as text that needs no escaping in a URL."""
    return urlsafe_b64encode("#".join(filter(None, position)).encode()).decode().rstrip("=")


def decode(cursor: str) -> Position:
    """The position that `encode` was given; ValueError for any other text."""
    match = _POSITION.fullmatch(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
    if match is None or encode(position := Position(*match.groups())) != cursor:
        raise ValueError
    return position
