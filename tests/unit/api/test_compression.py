"""Long bodies are compressed for clients that accept it, when that makes them shorter."""

import gzip
import random

import pytest

from dossiers.api.compression import MIN_LENGTH, accepts_gzip, compress


@pytest.mark.parametrize(
    "header", ["gzip", "GZIP", "gzip, deflate, br", "br;q=1.0, gzip;q=0.5", "deflate,gzip ; q=0.001"]
)
def test_a_client_that_names_gzip_accepts_it(header: str) -> None:
    assert accepts_gzip(header)


@pytest.mark.parametrize("header", [None, "", "br", "gzip;q=0", "gzip; q=0.000", "x-gzip", "identity", "gzipped"])
def test_a_client_that_does_not_name_gzip_or_refuses_it_does_not_accept_it(header: str | None) -> None:
    assert not accepts_gzip(header)


def test_a_compressed_body_decompresses_to_the_same_text() -> None:
    body = "één rij, " * MIN_LENGTH
    compressed = compress(body)
    assert compressed is not None
    assert gzip.decompress(compressed).decode() == body
    assert len(compressed) < len(body) / 10


def test_a_short_body_is_not_compressed() -> None:
    assert compress("x" * (MIN_LENGTH - 1)) is None


def test_a_body_that_would_not_become_shorter_is_not_compressed() -> None:
    noise = random.Random(1)
    letters = [chr(code) for code in range(0x21, 0x7F)]
    body = "".join(noise.choices(letters, k=2 * MIN_LENGTH))
    # A random one of 94 characters has 6.6 bits: gzip reduces the body to 0.83 of its size, base64 enlarges it to 1.1.
    assert compress(body) is None
