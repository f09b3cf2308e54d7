"""Compressing long bodies for clients that accept it."""

import zlib

MIN_LENGTH = 32_768
"""Characters of the shortest body that is compressed. A shorter one takes a few packets either way."""

# Rows are mostly random ids: higher levels take several times as long, and save little more.
_LEVEL = 1


def accepts_gzip(accept_encoding: str | None) -> bool:
    """Whether an Accept-Encoding header names gzip without refusing it: `br, gzip;q=0.8` does, `gzip;q=0` does not."""
    for coding in (accept_encoding or "").lower().split(","):
        name, _, quality = coding.replace(" ", "").partition(";q=")
        if name == "gzip":
            return quality == "" or quality.strip("0.") != ""
    return False


def compress(body: str) -> bytes | None:
    """The body in gzip. None when it is shorter than MIN_LENGTH, or when gzip in base64 would not be shorter."""
    if len(body) < MIN_LENGTH:
        return None
    plain = body.encode()
    packed = zlib.compress(plain, _LEVEL, wbits=31)
    return packed if 4 * len(packed) < 3 * len(plain) else None
