"""The documentation of the API: GET /docs for people, GET /api/v1/openapi.json for programs.

The page is Swagger UI, with all files served from here. It holds no data and needs no token. This function imports
nothing of the API, and the API's functions carry nothing of it.
"""

import base64
import gzip
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
# On Lambda the build has put the files of Swagger UI beside this module; in the repository npm has installed them.
SWAGGER_UI = next(
    (folder for folder in (HERE / "swagger-ui", HERE / "node_modules" / "swagger-ui-dist") if folder.is_dir()), HERE
)

HEADERS = {
    # Only files of this origin, and no script or style within the page.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=300",
    "Vary": "Accept-Encoding",
}


class File(NamedTuple):
    """A file that the function serves, and its content type."""

    path: Path
    content_type: str


FILES = {
    "/docs": File(HERE / "page" / "index.html", "text/html; charset=utf-8"),
    "/docs/page.css": File(HERE / "page" / "page.css", "text/css; charset=utf-8"),
    "/docs/page.js": File(HERE / "page" / "page.js", "text/javascript; charset=utf-8"),
    "/docs/swagger-ui.css": File(SWAGGER_UI / "swagger-ui.css", "text/css; charset=utf-8"),
    "/docs/swagger-ui-bundle.js": File(SWAGGER_UI / "swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    "/docs/favicon-32x32.png": File(SWAGGER_UI / "favicon-32x32.png", "image/png"),
    "/api/v1/openapi.json": File(HERE / "openapi.json", "application/json"),
}


def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Responds with the file of the path, compressed if the client accepts gzip; 404 for any other path."""
    file = FILES.get(event["rawPath"])
    if file is None:
        return {
            "statusCode": 404,
            "headers": {"Content-Type": "application/json"},
            "body": '{"message":"Not Found"}',
        }
    headers = HEADERS | {"Content-Type": file.content_type}
    if "gzip" in event.get("headers", {}).get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = _compress(file.path)
    else:
        body = file.path.read_bytes()
    return {
        "statusCode": 200,
        "headers": headers,
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


@cache
def _compress(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)
