"""The headers of responses."""

from typing import Any

from dossiers.api import headers
from openapi import examples
from openapi.json_schema import Schema, anchor, constant


def _header(description: str, schema: Schema, example: str, *, required: bool = False) -> dict[str, Any]:
    return {
        "description": description,
        **({"required": True} if required else {}),
        "schema": schema,
        "example": example,
    }


HEADERS: dict[str, dict[str, Any]] = {
    "apigw-requestid": _header(
        "Id of the request. The service logs it.",
        {"type": "string", "minLength": 1},
        examples.REQUEST_ID,
        required=True,
    ),
    "Cache-Control": _header(
        "Nobody may store the response, which can hold health data.", constant("no-store"), "no-store", required=True
    ),
    "Cache-Control-Of-Service": _header(
        "Present if the service made the response, and API Gateway did not.", constant("no-store"), "no-store"
    ),
    "Content-Encoding": _header(
        "Present if the body is compressed, which requires `Accept-Encoding: gzip`.", constant("gzip"), "gzip"
    ),
    "ETag": _header(
        "Version of the dossier, for `If-Match`. A new dossier has version 1, and each update that changes something "
        "increments it.",
        {"type": "string", "pattern": anchor(headers.VERSION)},
        examples.ETAG,
        required=True,
    ),
    "Idempotent-Replayed": _header(
        "Present if an earlier request with the same `Idempotency-Key` created the dossier.", constant("true"), "true"
    ),
    "Link": _header(
        "URL of the next page. The last page has none. To fetch the page, send the same request, with the same body, "
        "to this URL.",
        {"type": "string", "pattern": '^<https?://[^<>"\\s]+>; rel="next"$'},
        examples.LINK,
    ),
    "Location": _header("URL of the dossier.", {"type": "string", "format": "uri"}, examples.LOCATION, required=True),
    "Location-Of-Holder": _header(
        "URL of the dossier that has the external identifier. Present if the error is `taken`.",
        {"type": "string", "format": "uri"},
        examples.LOCATION,
    ),
    "Retry-After": _header(
        "Seconds after which to repeat the request. Present if the error is `try_again`.", constant("1"), "1"
    ),
    "Vary": _header(
        "Request headers on which the response depends: `Accept-Encoding`, and `Origin` where CORS is enabled.",
        {"type": "string", "pattern": "Accept-Encoding"},
        "Accept-Encoding",
        required=True,
    ),
    "WWW-Authenticate": _header(
        "`Bearer`, and what is wrong with the token.",
        {"type": "string", "pattern": "^Bearer"},
        'Bearer scope="" error="invalid_token" error_description="the token has expired"',
    ),
}
"""The headers by their names in the document, which are their own names, except for `-Of-` and what follows."""
