"""Authorization codes: each is redeemed once, within a minute, by the client that can prove that it requested it."""

from __future__ import annotations

import base64
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from local.issuer.parameters import OAuthError

LIFETIME_SECONDS = 60
"""RFC 6749, section 4.1.2, recommends ten minutes at most."""


@dataclass(frozen=True)
class Authorization:
    """What a code stands for."""

    user: str
    redirect_uri: str
    code_challenge: str
    """The SHA-256 of the client's verifier, in base64url without padding (RFC 7636, section 4.2)."""
    scope: str
    """Scopes, separated by spaces."""
    nonce: str | None
    """Of the ID token."""


class Codes:
    """The codes that have been issued, in memory. Threads may share an instance."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` returns seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._issued: dict[str, tuple[float, Authorization]] = {}

    def issue(self, authorization: Authorization) -> str:
        """Returns a new code."""
        code = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            self._issued = {each: issued for each, issued in self._issued.items() if issued[0] > now}
            self._issued[code] = (now + LIFETIME_SECONDS, authorization)
        return code

    def redeem(self, code: str, *, redirect_uri: str, verifier: str) -> Authorization:
        """Returns what the code stands for. The first attempt uses the code up, even if it fails.

        Raises OAuthError `invalid_grant` when the code is unknown, used or expired, or when the redirect URI or the
        verifier is not that of the authorization request.
        """
        with self._lock:
            expires, authorization = self._issued.pop(code, (0, None))
        if authorization is None or expires <= self._clock():
            raise OAuthError("invalid_grant", "the code is unknown, used or expired")
        if redirect_uri != authorization.redirect_uri:
            raise OAuthError("invalid_grant", "redirect_uri is not that of the authorization request")
        if not hmac.compare_digest(challenge_of(verifier).encode(), authorization.code_challenge.encode()):
            raise OAuthError("invalid_grant", "code_verifier does not match code_challenge")
        return authorization


def challenge_of(verifier: str) -> str:
    """Returns the challenge of a verifier, by the method S256."""
    return base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
