"""Request headers that an operation takes. API Gateway joins a header that is sent twice with a comma."""

import re

from dossiers.domain.errors import Keyword, Problem

# Visible ASCII without the comma: the retry that sends the header once would have another key.
_IDEMPOTENCY_KEY = re.compile(r"[!-+\--~]{1,255}")

_VERSION = re.compile(r'"(0|[1-9][0-9]{0,17})"')


def idempotency_key_problems(header: str | None) -> list[Problem]:
    """The problem of an Idempotency-Key header: it is not 1 to 255 visible ASCII characters without a comma."""
    if header is None or _IDEMPOTENCY_KEY.fullmatch(header):
        return []
    return [("idempotency_key", Keyword.INVALID)]


def expected_version(header: str | None) -> tuple[int | None, list[Problem]]:
    """The version in an If-Match header, and the problem of the header.

    The version is None without the header, and for `*`, which every dossier matches. RFC 9110 allows lists and weak
    tags as well; the API does not use them and refuses them.
    """
    if header is None or header == "*":
        return None, []
    match = _VERSION.fullmatch(header)
    return (None, [("if_match", Keyword.INVALID)]) if match is None else (int(match[1]), [])
