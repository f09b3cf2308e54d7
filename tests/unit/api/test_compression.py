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
def test_a_client_that_does_not_name_gzip_or_refuses_it_does_not(header: str | None) -> None:
    assert not accepts_gzip(header)


def test_a_long_body_comes_out_as_it_went_in() -> None:
    body = "één rij, " * MIN_LENGTH
    packed = compress(body)
    assert packed is not None
    assert gzip.decompress(packed).decode() == body
    assert len(packed) < len(body) / 10


def test_a_short_body_is_not_compressed() -> None:
    assert compress("x" * (MIN_LENGTH - 1)) is None


def test_a_body_that_would_not_become_shorter_is_not_compressed() -> None:
    noise = random.Random(1)
    letters = [chr(code) for code in range(0x21, 0x7F)]
    body = "".join(noise.choices(letters, k=2 * MIN_LENGTH))
    # Of 94 characters at random each takes 6.6 bits: gzip makes 0.83 of them, and base64 makes 1.1 of that.
    assert compress(body) is None
