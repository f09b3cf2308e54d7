"""Bearer tokens for the local gateway: issued here, and checked as API Gateway's JWT authorizer checks them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from local import folder
from local.errors import UserError

ISSUER = "https://issuer.local.invalid/"
"""What the template's JwtIssuer is on this machine. `.invalid` never resolves, so no other party can be it."""
AUDIENCE = "dossiers-local"
LIFETIME = timedelta(hours=12)

_ALGORITHM = "RS256"
# "The identitySource can include only the token, or the token prefixed with Bearer."
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
_IDENTITY = re.compile(r"(?:Bearer +)?([\w-]+\.[\w-]+\.[\w-]+)", re.IGNORECASE | re.ASCII)


class InvalidTokenError(Exception):
    """The request carries no token that is valid; the text says why, and holds nothing of the token."""


@dataclass(frozen=True)
class SigningKey:
    """The key pair of one local stack."""

    private: rsa.RSAPrivateKey

    @classmethod
    def kept_in(cls, directory: Path) -> SigningKey:
        """The key in the folder, made at the first call and readable by the user alone.

        Raises UserError when the file holds no RSA key.
        """
        folder.kept(_file(directory), _new_key)
        return cls.read_from(directory)

    @classmethod
    def read_from(cls, directory: Path) -> SigningKey:
        """The key in the folder. Creates nothing.

        Raises UserError when no stack has ever served the folder, or when the file holds no RSA key.
        """
        file = _file(directory)
        try:
            text = file.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise folder.not_served(directory) from None
        try:
            private = serialization.load_pem_private_key(text, password=None)
        except ValueError as exc:
            raise UserError(f"{file} is damaged: delete it, and new tokens get a new key") from exc
        if not isinstance(private, rsa.RSAPrivateKey):
            raise UserError(f"{file} is no RSA key: delete it, and new tokens get a new key")
        return cls(private)

    @property
    def id(self) -> str:
        """What the tokens' header `kid` says: a digest of the public key."""
        public = self.private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return sha256(public).hexdigest()[:16]

    def issue(self, user: str, *, lifetime: timedelta = LIFETIME, **claims: Any) -> str:
        """A token for that user. `claims` replaces what it usually says; None leaves a claim out."""
        now = datetime.now(UTC)
        usual = {"sub": user, "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + lifetime}
        payload = {name: value for name, value in (usual | claims).items() if value is not None}
        return jwt.encode(payload, self.private, algorithm=_ALGORITHM, headers={"kid": self.id})

    def claims(self, authorization: str | None) -> dict[str, str]:
        """The claims of a request with that Authorization header, as an event carries them: all of them strings.

        Raises InvalidTokenError unless the signature is this key's, named by `kid`, the issuer and the audience are
        ours, and the token is in its time.
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
                # A `sub` or `jti` of another type is not the authorizer's business; the audience is checked below.
                options={"require": ["exp", "iss"], "verify_aud": False, "verify_sub": False, "verify_jti": False},
            )
        except jwt.InvalidTokenError as exc:
            raise InvalidTokenError(_REASONS.get(type(exc), "the token is malformed")) from exc
        # "API Gateway validates client_id only if aud is not present."
        audience = payload.get("aud", payload.get("client_id"))
        if AUDIENCE not in (audience if isinstance(audience, list) else [audience]):
            raise InvalidTokenError("the token does not have a valid audience")
        return {name: _as_text(value) for name, value in payload.items()}


_REASONS: Mapping[type[Exception], str] = {
    jwt.ExpiredSignatureError: "the token has expired",
    jwt.ImmatureSignatureError: "the token is not valid yet",
    jwt.InvalidAlgorithmError: "signing method is invalid",
    jwt.InvalidIssuerError: "the token does not have a valid issuer",
    jwt.InvalidSignatureError: "the signature is invalid",
    jwt.MissingRequiredClaimError: "a claim is missing",
}


def _as_text(value: Any) -> str:
    """A claim as API Gateway writes it into the event: lists as `[a b]`, the rest much like JSON."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{' '.join(map(_as_text, value))}]"
    return str(value)


def _file(directory: Path) -> Path:
    return directory / "signing-key.pem"


def _new_key() -> str:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
