"""Request headers that an operation takes. API Gateway joins a header that is sent twice with a comma."""

import re

from dossiers.domain.errors import Keyword, Problem

# Without the comma: the retry that sends the header once would have another key.
IDEMPOTENCY_KEY = r"[!-+\--~]{1,255}"
"""An Idempotency-Key, as a regular expression: visible ASCII characters without the comma."""

VERSION = r'"(0|[1-9][0-9]{0,17})"'
"""An entity tag that holds a version, as a regular expression."""


def idempotency_key_problems(header: str | None) -> list[Problem]:
    """The problem of an Idempotency-Key header: it is not 1 to 255 visible ASCII characters without a comma."""
    if header is None or re.fullmatch(IDEMPOTENCY_KEY, header):
        return []
    return [("idempotency_key", Keyword.INVALID)]


def expected_version(header: str | None) -> tuple[int | None, list[Problem]]:
    """The version in an If-Match header, and the problem of the header.

    The version is None without the header, and for `*`, which every dossier matches. RFC 9110 allows lists and weak
    tags as well; the API does not use them and refuses them.
    """
    if header is None or header == "*":
        return None, []
    match = re.fullmatch(VERSION, header)
    return (None, [("if_match", Keyword.INVALID)]) if match is None else (int(match[1]), [])
