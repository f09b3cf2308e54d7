"""The gateway accepts the tokens that API Gateway's JWT authorizer would accept, and no others."""

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from local.errors import UserError
from local.folder import DataFolder
from local.gateway.tokens import AUDIENCE, ISSUER, InvalidTokenError, SigningKey

LATER = datetime(2100, 1, 1, tzinfo=UTC)  # a constant, since test names contain it
EARLIER = datetime(2000, 1, 1, tzinfo=UTC)


def _segment(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER ", ""])
def test_accepts_a_token_with_the_scheme_bearer_in_any_case_or_without_a_scheme(key: SigningKey, scheme: str) -> None:
    assert key.verify(scheme + key.issue("anna"))["sub"] == "anna"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": [AUDIENCE, "another"]},
        {"aud": None, "client_id": AUDIENCE},
        {"nbf": EARLIER},
        {"iat": None},
        {"sub": None},
    ],
    ids=str,
)
def test_accepts_a_token_with_these_claims(key: SigningKey, claims: dict[str, Any]) -> None:
    assert key.verify(f"Bearer {key.issue('anna', **claims)}")["iss"] == ISSUER


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": EARLIER}, "the token has expired"),
        ({"exp": None}, "a claim is missing"),
        ({"nbf": LATER}, "the token is not valid yet"),
        ({"iat": LATER}, "the token is not valid yet"),
        ({"iss": "https://elsewhere.example/"}, "the token does not have a valid issuer"),
        ({"iss": None}, "a claim is missing"),
        ({"aud": "another"}, "the token does not have a valid audience"),
        ({"aud": None}, "the token does not have a valid audience"),
        ({"aud": "another", "client_id": AUDIENCE}, "the token does not have a valid audience"),
        ({"aud": AUDIENCE.upper()}, "the token does not have a valid audience"),
    ],
    ids=str,
)
def test_refuses_a_token_with_these_claims(key: SigningKey, claims: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidTokenError, match=reason):
        key.verify(f"Bearer {key.issue('anna', **claims)}")


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer a.b", "Bearer a.b.c.d", "Basic YW5uYTpwYXNz", "Bearer a.b.c, Bearer a.b.c"],
)
def test_refuses_a_header_without_a_token(key: SigningKey, authorization: str | None) -> None:
    with pytest.raises(InvalidTokenError):
        key.verify(authorization)


def _public(key: SigningKey) -> bytes:
    return key.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _unsigned(key: SigningKey) -> str:
    _, payload, _ = key.issue("anna").split(".")
    return f"{_segment({'alg': 'none', 'kid': key.id})}.{payload}."


def _signed_with_the_public_key(key: SigningKey) -> str:
    """A known attack: the public key as the secret of a symmetric signature."""
    claims = jwt.decode(key.issue("anna"), options={"verify_signature": False})
    header, payload = _segment({"alg": "HS256", "kid": key.id}), _segment(claims)
    signature = jwt.get_algorithm_by_name("HS256").sign(f"{header}.{payload}".encode(), _public(key))
    return f"{header}.{payload}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _changed(key: SigningKey) -> str:
    header, _, signature = key.issue("anna").split(".")
    claims = jwt.decode(key.issue("anna"), options={"verify_signature": False})
    return f"{header}.{_segment(claims | {'sub': 'bram'})}.{signature}"


def _of_another_algorithm(key: SigningKey) -> str:
    claims = jwt.decode(key.issue("anna"), options={"verify_signature": False})
    return jwt.encode(claims, key.private, algorithm="RS512", headers={"kid": key.id})


def _without_key_id(key: SigningKey) -> str:
    claims = jwt.decode(key.issue("anna"), options={"verify_signature": False})
    return jwt.encode(claims, key.private, algorithm="RS256")


@pytest.mark.parametrize(
    "forged", [_unsigned, _signed_with_the_public_key, _changed, _of_another_algorithm, _without_key_id]
)
def test_refuses_a_token_that_was_not_signed_here(key: SigningKey, forged: Callable[[SigningKey], str]) -> None:
    with pytest.raises(InvalidTokenError):
        key.verify(f"Bearer {forged(key)}")


def test_refuses_a_token_signed_by_another_stack_also_when_it_names_the_key_of_this_one(
    key: SigningKey, other_key: SigningKey
) -> None:
    claims = jwt.decode(key.issue("anna"), options={"verify_signature": False})
    token = jwt.encode(claims, other_key.private, algorithm="RS256", headers={"kid": key.id})
    with pytest.raises(InvalidTokenError, match="the signature is invalid"):
        key.verify(f"Bearer {token}")
    with pytest.raises(InvalidTokenError, match="the key is unknown"):
        key.verify(f"Bearer {other_key.issue('anna')}")


def test_every_claim_reaches_the_function_as_text(key: SigningKey) -> None:
    token = key.issue("anna", exp=4102444800, email_verified=True, groups=["a", "b"])
    claims = key.verify(token)
    assert (claims["exp"], claims["email_verified"], claims["groups"]) == ("4102444800", "true", "[a b]")


def test_the_key_is_created_once_also_when_several_processes_create_it_at_the_same_time(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda _: SigningKey.load_or_create(folder).id, range(4)))
    assert len({*ids, SigningKey.load_or_create(folder).id}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["signing-key.pem"]


def test_a_damaged_key_is_reported_with_what_to_do(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    (tmp_path / "signing-key.pem").write_text("nothing")
    with pytest.raises(UserError, match=r"signing-key\.pem is damaged: delete it"):
        SigningKey.load_or_create(folder)
