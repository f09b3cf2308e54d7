"""What the tests of the local stack share."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from local.engine.dynamodb_local import DynamoDBLocal, run_engine
from local.gateway.tokens import SigningKey


@pytest.fixture(scope="session")
def engine() -> Iterator[DynamoDBLocal]:
    """DynamoDB Local in memory, one for all these tests."""
    with run_engine() as engine:
        yield engine


@pytest.fixture(scope="session")
def key() -> SigningKey:
    return SigningKey(rsa.generate_private_key(public_exponent=65537, key_size=2048))


@pytest.fixture(scope="session")
def other_key() -> SigningKey:
    return SigningKey(rsa.generate_private_key(public_exponent=65537, key_size=2048))
