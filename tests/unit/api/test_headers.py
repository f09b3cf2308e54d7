"""The headers that an operation takes: their forms."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dossiers.api import headers

INVALID = [("if_match", "invalid")]
FORM = re.compile(r'"(0|[1-9][0-9]*)"', re.ASCII)


@given(st.integers(0, 10**18 - 1))
@example(0)
@example(1)
def test_a_number_in_quotes_is_the_expected_version(version: int) -> None:
    assert headers.expected_version(f'"{version}"') == (version, [])


@pytest.mark.parametrize("header", [None, "*"])
def test_without_the_header_and_for_any_version_none_is_expected(header: str | None) -> None:
    assert headers.expected_version(header) == (None, [])


@given(st.text("0123456789\"*,W/ -+.eE'x٣\n", max_size=8))
@example('"01"')
@example('"1"\n')
@example('"٣"')
@example("")
def test_a_header_of_another_form_is_invalid(header: str) -> None:
    version, problems = headers.expected_version(header)
    match = FORM.fullmatch(header)
    if match is not None:
        assert (version, problems) == (int(match[1]), [])
    elif header == "*":
        assert (version, problems) == (None, [])
    else:
        assert (version, problems) == (None, INVALID)


def test_a_number_of_any_length_is_read_or_refused() -> None:
    """int() refuses more than 4,300 digits."""
    assert headers.expected_version(f'"{"9" * 10_000}"') == (None, INVALID)


VISIBLE = [chr(code) for code in range(0x21, 0x7F) if chr(code) != ","]


@given(st.text(VISIBLE, min_size=1, max_size=255))
def test_visible_ascii_characters_without_a_comma_are_an_idempotency_key(key: str) -> None:
    assert headers.idempotency_key_problems(key) == []


def test_without_the_header_there_is_no_problem() -> None:
    assert headers.idempotency_key_problems(None) == []


@given(st.text(max_size=300).filter(lambda key: not key or len(key) > 255 or not set(key) <= set(VISIBLE)))
@example("")
@example("a,b")
@example("a b")
@example("a\n")
@example("x" * 256)
def test_any_other_text_is_no_idempotency_key(key: str) -> None:
    assert headers.idempotency_key_problems(key) == [("idempotency_key", "invalid")]
