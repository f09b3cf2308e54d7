"""Rules for the texts that callers send: fields, parameters, the ids of users and groups."""

import re
from unicodedata import category

MAX_LENGTH = 255
"""Code points of a field, or of a user's id (which is also OpenID Connect's limit for `sub`)."""

GROUP_ID = "[A-Za-z0-9_-]{1,64}"
"""The id of a dossier group, as a regular expression."""

DOSSIER_ID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
"""The id of a dossier, a UUID of version 4, as a regular expression."""

# Unicode's White_Space property. str.strip() would take U+001C to U+001F too, which are control characters and refused.
_WHITE_SPACE = (
    "\t\n\v\f\r\x20\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)

# Category Cc, and the surrogates: JSON can spell half of a pair, which is no character and cannot be stored.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def trim(text: str) -> str:
    """The text without white space (White_Space) and format characters (category Cf) at both ends.

    Every other rule applies to this text, and this text is stored. Format characters are invisible: a byte order mark,
    a zero-width space.
    """
    invisible = _WHITE_SPACE
    text = text.strip(invisible)
    # Each turn learns one or two of the format characters, of which there are fewer than 200. `strip` does the rest: a
    # text can be megabytes of white space.
    while formats := "".join(char for char in text[:1] + text[-1:] if category(char) == "Cf"):
        invisible += formats
        text = text.strip(invisible)
    return text


def is_printable(text: str) -> bool:
    """Whether the text holds no control character and no lone surrogate."""
    return _UNPRINTABLE.search(text) is None


def is_encodable(text: str) -> bool:
    """Whether the text has a form in UTF-8: it holds no half of a surrogate pair."""
    return _HALF_A_PAIR.search(text) is None


def is_storable(text: str) -> bool:
    """Whether a field may hold this text, by the rules that all fields have."""
    return len(text) <= MAX_LENGTH and is_printable(text)


def is_group_id(text: str) -> bool:
    """Whether the text can be the id of a dossier group."""
    return re.fullmatch(GROUP_ID, text) is not None


def is_dossier_id(text: str) -> bool:
    """Whether the text can be the id of a dossier."""
    return re.fullmatch(DOSSIER_ID, text) is not None


def is_user(text: object) -> bool:
    """Whether this can be a user: the `sub` of a token."""
    return isinstance(text, str) and 0 < len(text) <= MAX_LENGTH and is_printable(text)


def shorten(name: str) -> str:
    """The name of an unknown field or parameter as an error repeats it: it may be as long as a body."""
    return name[:MAX_LENGTH]
