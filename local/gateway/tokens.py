"""Issues the bearer tokens of the local stack, and verifies them as API Gateway's JWT authorizer does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from local import folder as files
from local.errors import UserError
from local.folder import DataFolder

ISSUER = "https://issuer.local.invalid/"
"""The issuer of the tokens of this machine. The domain `.invalid` is reserved, so no other issuer has this URL."""
AUDIENCE = "dossiers-local"
LIFETIME = timedelta(hours=12)

_ALGORITHM = "RS256"
# "The identitySource can include only the token, or the token prefixed with Bearer."
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
_IDENTITY = re.compile(r"(?:Bearer +)?([\w-]+\.[\w-]+\.[\w-]+)", re.IGNORECASE | re.ASCII)


class InvalidTokenError(Exception):
    """The request has no valid token. The message says why, and contains no part of the token."""


@dataclass(frozen=True)
class SigningKey:
    """The key pair of one local stack."""

    private: rsa.RSAPrivateKey

    @classmethod
    def load_or_create(cls, folder: DataFolder) -> SigningKey:
        """Returns the key of the folder. The first call generates it, in a file that only the user can read.

        Raises UserError when the file contains no RSA key.
        """
        files.read_or_create(folder.signing_key, _generate_as_pem)
        return cls.load(folder)

    @classmethod
    def load(cls, folder: DataFolder) -> SigningKey:
        """Returns the key of the folder, without creating one.

        Raises UserError when no stack has ever served the folder, or when the file contains no RSA key.
        """
        file = folder.signing_key
        try:
            text = file.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise folder.not_served_error() from None
        try:
            private = serialization.load_pem_private_key(text, password=None)
        except ValueError as exc:
            raise UserError(f"{file} is damaged: delete it, and the next start creates a new key") from exc
        if not isinstance(private, rsa.RSAPrivateKey):
            raise UserError(f"{file} contains no RSA key: delete it, and the next start creates a new key")
        return cls(private)

    @property
    def id(self) -> str:
        """The `kid` of the tokens: a digest of the public key."""
        public = self.private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return sha256(public).hexdigest()[:16]

    @property
    def public_jwk(self) -> dict[str, str]:
        """The public key as a JSON Web Key (RFC 7517)."""
        key: dict[str, str] = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        public = {name: value for name, value in key.items() if name != "key_ops"}
        return public | {"kid": self.id, "use": "sig", "alg": _ALGORITHM}

    def issue(self, user: str, *, lifetime: timedelta = LIFETIME, **claims: Any) -> str:
        """Returns a token for that user. `claims` override the default claims; None removes a claim."""
        now = datetime.now(UTC)
        defaults = {"sub": user, "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + lifetime}
        payload = {name: value for name, value in (defaults | claims).items() if value is not None}
        return jwt.encode(payload, self.private, algorithm=_ALGORITHM, headers={"kid": self.id})

    def verify(self, authorization: str | None) -> dict[str, str]:
        """Returns the claims of the token in that Authorization header, as text, the form in which an event has them.

        Raises InvalidTokenError unless this key signed the token, `kid` names this key, issuer and audience are those
        of the local stack, and the token is valid now.
        """
        identity = _IDENTITY.fullmatch(authorization or "")
        if identity is None:
            raise InvalidTokenError("no token was sent")
        token = identity[1]
        try:
            if jwt.get_unverified_header(token).get("kid") != self.id:
                raise InvalidTokenError("the key is unknown")
            payload = jwt.decode(
                token,
                self.private.public_key(),
                algorithms=[_ALGORITHM],
                issuer=ISSUER,
                # The authorizer accepts a `sub` or `jti` of any type. The code below verifies the audience.
                options={"require": ["exp", "iss"], "verify_aud": False, "verify_sub": False, "verify_jti": False},
            )
        except jwt.InvalidTokenError as exc:
            raise InvalidTokenError(_REASONS.get(type(exc), "the token is malformed")) from exc
        # "API Gateway validates client_id only if aud is not present."
        audience = payload.get("aud", payload.get("client_id"))
        if AUDIENCE not in (audience if isinstance(audience, list) else [audience]):
            raise InvalidTokenError("the token does not have a valid audience")
        return {name: _claim_as_text(value) for name, value in payload.items()}


_REASONS: Mapping[type[Exception], str] = {
    jwt.ExpiredSignatureError: "the token has expired",
    jwt.ImmatureSignatureError: "the token is not valid yet",
    jwt.InvalidAlgorithmError: "signing method is invalid",
    jwt.InvalidIssuerError: "the token does not have a valid issuer",
    jwt.InvalidSignatureError: "the signature is invalid",
    jwt.MissingRequiredClaimError: "a claim is missing",
}


def _claim_as_text(value: Any) -> str:
    """Returns a claim as API Gateway writes it into an event: a list as `[a b]`, a boolean as in JSON."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{' '.join(map(_claim_as_text, value))}]"
    return str(value)


def _generate_as_pem() -> str:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
