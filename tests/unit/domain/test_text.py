"""Trimming removes white space and format characters from both ends, and nothing else."""

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dossiers.domain.text import trim
from tests.invisible import FORMATS, INVISIBLE

invisible = st.lists(st.sampled_from(INVISIBLE), max_size=8).map("".join)
texts = st.lists(
    st.one_of(st.characters(), st.sampled_from(INVISIBLE), st.sampled_from("ab\x1c\x1f\x00\ufe0f\u115f")),
    max_size=12,
).map("".join)


def trim_by_rule(text: str) -> str:
    """Trim character by character, as docs/api.md states the rule."""
    while text and text[0] in INVISIBLE:
        text = text[1:]
    while text and text[-1] in INVISIBLE:
        text = text[:-1]
    return text


@given(texts)
@example("".join(FORMATS) + "x" + "".join(FORMATS))
@example("".join(INVISIBLE))
def test_a_text_is_trimmed_as_the_rule_says(text: str) -> None:
    assert trim(text) == trim_by_rule(text)


@given(invisible, st.sampled_from(["x", "a b", "a\u200bb", "\x1cx", "x\x00"]), invisible)
def test_invisible_characters_in_any_order_are_trimmed_from_both_ends(before: str, text: str, behind: str) -> None:
    assert trim(before + text + behind) == text


@pytest.mark.slow
def test_every_invisible_character_is_trimmed_and_no_other() -> None:
    trimmed = {char for char in map(chr, range(sys.maxunicode + 1)) if trim(f"{char}x{char}") == "x"}
    assert trimmed == set(INVISIBLE)


def test_megabytes_of_invisible_characters_are_trimmed() -> None:
    assert trim(" \ufeff\u200b" * 1_000_000) == ""
