"""Invisible characters: those that are trimmed from both ends of a text."""

import sys
from unicodedata import category

# Unicode's property White_Space, which no version has changed since 6.3.
WHITE_SPACE = [
    *map(chr, range(0x09, 0x0E)), " ", "\x85", "\xa0", "\u1680", *map(chr, range(0x2000, 0x200B)), "\u2028", "\u2029",
    "\u202f", "\u205f", "\u3000",
]  # fmt: skip

FORMATS = [char for char in map(chr, range(sys.maxunicode + 1)) if category(char) == "Cf"]
"""The format characters of the Unicode version of this Python."""

INVISIBLE = WHITE_SPACE + FORMATS
