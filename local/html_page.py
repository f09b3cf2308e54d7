"""The form that all pages of the local stack have. A page runs no script, loads nothing and cannot be embedded."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from http import HTTPStatus

from local.gateway.response import Response

_STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1, h2 { line-height: 1.2 }
h2 { margin-top: 2rem }
h3 { margin-bottom: 0; font-size: 1rem }
code, pre { font: 0.875rem/1.5 ui-monospace, monospace }
pre { white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; margin: 0.25rem 0 1rem;
  padding: 0.75rem; border: 1px solid #8888; border-radius: 4px }
table { border-collapse: collapse }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 1.5rem 0.25rem 0; overflow-wrap: break-word }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_HEADERS = [
    ("content-type", "text/html; charset=utf-8"),
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
]


def response(title: str, content: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Returns a page. `title` is text, `content` is HTML."""
    html = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
{content}
</body>
</html>
"""
    return Response(status, list(_HEADERS), html.encode())
