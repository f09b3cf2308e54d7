"""`readings` and `index_words` of `dossiers.domain.names` against the oracle and what follows from the rule."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.domain import names
from tests.unit.domain.names import oracle
from tests.unit.domain.names.texts import APOSTROPHES, HYPHENS, MIDDLE_DOT, UMLAUTS, often, texts

CHANGEABLE = ["O'Neil", "d'Ør-Ås", "Müller", "mu\u0308-ä", "Anne-Marie", "ŉ-ü", "a\u1ffdb", "x" * 200, "ü" * 240]
"""Texts whose readings differ, and long ones."""

many_texts = st.lists(
    st.one_of(st.sampled_from(CHANGEABLE), st.integers(0, 60).map(lambda number: f"ü{number}-'w")), max_size=30
).map(" ".join)


@often
@given(texts)
def test_readings_are_what_the_rule_says(text: str) -> None:
    assert names.readings(text) == oracle.readings(text)
    assert names.readings(text)[0] == names.words(text)
    assert len(names.readings(text)) <= 8


@often
@given(texts, texts)
def test_a_name_is_indexed_under_the_words_that_the_rule_says(firstname: str, lastname: str) -> None:
    assert names.index_words([firstname, lastname]) == set(oracle.index_words(firstname, lastname))


@often
@given(many_texts, many_texts)
def test_so_is_a_name_of_more_words_than_are_indexed(firstname: str, lastname: str) -> None:
    assert names.index_words([firstname, lastname]) == set(oracle.index_words(firstname, lastname))


@often
@given(many_texts, many_texts)
def test_an_alternative_spelling_never_displaces_a_word_of_the_three_steps(firstname: str, lastname: str) -> None:
    indexed = names.index_words([firstname, lastname])
    first = {*names.words(firstname), *names.words(lastname)}

    assert len(indexed) <= names.MAX_WORDS
    assert first <= indexed or (indexed < first and len(indexed) == names.MAX_WORDS)


@often
@given(st.text(st.characters(codec="ascii", exclude_characters="'`-")))
def test_a_text_of_ascii_without_apostrophes_and_hyphens_has_one_reading(text: str) -> None:
    assert names.readings(text) == [names.words(text)]


@often
@given(texts)
def test_a_name_is_found_by_every_reading_that_is_indexed_in_full(text: str) -> None:
    """In particular by its own text, however many other readings the query has."""
    indexed = names.index_words([text])

    assert set(names.words(text)) <= indexed or len(indexed) == names.MAX_WORDS
    short = [reading for reading in names.readings(text) if not any(map(names.is_too_long, reading))]
    if len(set(chain.from_iterable(short))) <= names.MAX_WORDS:
        assert set(chain.from_iterable(short)) <= indexed


@pytest.mark.parametrize("char", APOSTROPHES, ids=ascii)
def test_every_apostrophe_is_replaced_by_a_space(char: str) -> None:
    assert names.readings(f"O{char}Neil") == [["oneil"], ["o", "neil"]]


@pytest.mark.parametrize("char", HYPHENS, ids=ascii)
def test_every_hyphen_is_removed(char: str) -> None:
    assert names.readings(f"Smith{char}Jones") == [["smith", "jones"], ["smithjones"]]


@pytest.mark.parametrize("char", [MIDDLE_DOT, "\u00ad", "\u200b", "\ufe0f"], ids=ascii)
def test_what_joins_otherwise_joins_in_every_reading(char: str) -> None:
    assert names.readings(f"O{char}Neil") == [["oneil"]]


@pytest.mark.parametrize("letter", [*UMLAUTS, *map(str.upper, UMLAUTS)])
def test_every_umlaut_is_spelled_out(letter: str) -> None:
    assert names.readings(f"B{letter}k")[-1] == [f"b{UMLAUTS[letter.lower()]}k"]


@pytest.mark.parametrize("char", "—‒―‐‑–-−﹣－⁃", ids=ascii)
def test_no_other_dash_is_removed(char: str) -> None:
    assert (["ab"] in names.readings(f"a{char}b")) is (char in HYPHENS)
