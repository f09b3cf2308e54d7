"""The authorization request: who may receive a code, and for what (RFC 6749, section 4.1.1; RFC 7636, section 4.3)."""

from __future__ import annotations

import re
from collections.abc import Collection

from local.gateway.tokens import AUDIENCE
from local.issuer.codes import Authorization
from local.issuer.parameters import OAuthError, Parameters

SCOPES = ("openid", "profile")
"""The scopes that a client may request, those of the user pool in template.yaml. The API itself checks no scope."""

# No user, fragment, space or backslash: a browser could read another host from these.
_REDIRECT_URI = re.compile(
    r"(https?://[a-z0-9.\-]+(?::[0-9]+)?)(?:[/?][!$-;=?-\[\]_a-z|~]*)?", re.IGNORECASE | re.ASCII
)
_THIS_MACHINE = re.compile(r"https?://(?:127\.0\.0\.1|localhost)(?::[0-9]+)?", re.ASCII)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def redirect_uri_of(parameters: Parameters, allowed_origins: Collection[str]) -> str:
    """Returns the URI that receives the response: one on this machine, or of an allowed origin.

    Wildcards among the allowed origins do not count. Raises OAuthError when the client is unknown or the URI is not
    allowed: such an error is shown to the user, because the response must not go to that URI.
    """
    if parameters.require("client_id") != AUDIENCE:
        raise OAuthError("invalid_request", f"client_id is not {AUDIENCE}")
    uri = parameters.require("redirect_uri")
    match = _REDIRECT_URI.fullmatch(uri)
    origin = "" if match is None else match[1].lower()
    if _THIS_MACHINE.fullmatch(origin) is None and origin not in allowed_origins:
        raise OAuthError(
            "invalid_request",
            "redirect_uri is neither on 127.0.0.1 or localhost nor of an origin that --allow-origin names",
        )
    return uri


def authorization_of(parameters: Parameters, redirect_uri: str, user: str) -> Authorization:
    """Returns what a code for this request and user stands for. Raises OAuthError for a request that is not valid."""
    if parameters.require("response_type") != "code":
        raise OAuthError("unsupported_response_type", "response_type is not code")
    scope = parameters.get("scope") or " ".join(SCOPES)
    if not set(scope.split(" ")) <= set(SCOPES):
        raise OAuthError("invalid_scope", f"scope contains others than {' and '.join(SCOPES)}")
    challenge = parameters.require("code_challenge")
    if parameters.get("code_challenge_method") != "S256":
        raise OAuthError("invalid_request", "code_challenge_method is not S256")
    if _CHALLENGE.fullmatch(challenge) is None:
        raise OAuthError("invalid_request", "code_challenge is not a SHA-256 in base64url without padding")
    return Authorization(user, redirect_uri, challenge, scope, parameters.get("nonce"))
