"""What the tests of the local stack share."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from local.gateway.tokens import SigningKey


@pytest.fixture(scope="session")
def key() -> SigningKey:
    return SigningKey(rsa.generate_private_key(public_exponent=65537, key_size=2048))


@pytest.fixture(scope="session")
def other_key() -> SigningKey:
    return SigningKey(rsa.generate_private_key(public_exponent=65537, key_size=2048))
