"""`dossiers.domain.names.words` compared with the oracle and with consequences of the rule, on texts of every kind."""

from collections.abc import Callable
from typing import Literal
from unicodedata import category, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.domain import names
from tests.unit.domain.names import oracle
from tests.unit.domain.names.texts import (
    APOSTROPHES,
    ASSIGNED,
    IOTA_SUBSCRIPT,
    JOINER_OF_MARKS,
    LATE_JOINERS,
    MIDDLE_DOT,
    OXIA,
    SALTILLOS,
    accents,
    invisible,
    often,
    texts,
    texts_without,
)


def between_letters(char: str) -> list[str]:
    """The words of a text with a character between two letters: one word if it joins them, two if it separates them."""
    return names.words(f"a{char}b")


def characters_that_matter(change: Callable[[str], str]) -> list[str]:
    """The assigned characters that the change turns into a text with other words."""
    changed = ((char, change(char)) for char in ASSIGNED)
    return [char for char, new in changed if new != char and between_letters(new) != between_letters(char)]


@often
@given(texts)
def test_words_are_what_the_rule_says(text: str) -> None:
    assert names.words(text) == oracle.words(text)


@pytest.mark.slow
def test_every_character_of_unicode_is_treated_as_the_rule_says() -> None:
    wrong = [hex(ord(char)) for char in ASSIGNED if between_letters(char) != oracle.words(f"a{char}b")]

    assert wrong == []


@pytest.mark.parametrize("char", ["\ue000", "\U000f0000", "\ufdd0", "\uffff", "\U0010ffff", "\ud800"], ids=ascii)
def test_a_character_that_is_not_assigned_separates_words(char: str) -> None:
    """Private use, noncharacters, surrogates."""
    assert between_letters(char) == ["a", "b"]


@often
@given(texts)
def test_a_word_is_letters_digits_and_marks_and_more_than_marks(text: str) -> None:
    """So no word contains `#` or `*`, which separate the parts of the keys of the index."""
    for word in names.words(text):
        kinds = {category(char)[0] for char in word}
        assert kinds <= {"L", "M", "N"}
        assert kinds & {"L", "N"}


@often
@given(texts, texts)
def test_two_texts_with_a_space_between_have_the_words_of_both(first: str, second: str) -> None:
    assert names.words(f"{first} {second}") == names.words(first) + names.words(second)


# --- Characters that make no difference -------------------------------------------------------------------------------


@often
@given(texts, invisible, st.integers(min_value=0, max_value=30))
def test_invisible_characters_and_apostrophes_make_no_difference_anywhere(text: str, char: str, place: int) -> None:
    assert names.words(text[:place] + char + text[place:]) == names.words(text)


@often
@given(texts, accents, st.integers(min_value=0, max_value=30))
def test_accents_make_no_difference_anywhere(text: str, accent: str, place: int) -> None:
    assert names.words(text[:place] + accent + text[place:]) == names.words(text)


@often
@given(texts_without(LATE_JOINERS + JOINER_OF_MARKS))
def test_folding_folded_words_changes_nothing(text: str) -> None:
    """Excluded: characters that keep NFKD from sorting the marks on their two sides and are removed afterwards."""
    folded = names.words(text)

    assert names.words(" ".join(folded)) == folded


@pytest.mark.parametrize("char", [JOINER_OF_MARKS, *LATE_JOINERS], ids=ascii)
def test_marks_around_a_character_that_disappears_after_nfkd_keep_their_typed_order(char: str) -> None:
    """This is why they are excluded above. U+05B8 and U+05B0 are vowel points that NFKD writes in the other order."""
    typed = f"\u05d0\u05b8{char}\u05b0"

    assert "\u05b8" in names.words(typed)[0]
    assert names.words(typed) == oracle.words(typed)
    assert names.words(" ".join(names.words(typed))) == oracle.words(" ".join(oracle.words(typed)))


# --- Case -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change_case", [str.upper, str.lower, str.title, str.swapcase, str.casefold])
def test_no_character_depends_on_case(change_case: Callable[[str], str]) -> None:
    assert characters_that_matter(change_case) == []


@often
@given(texts_without(SALTILLOS).filter(lambda text: IOTA_SUBSCRIPT not in normalize("NFKD", text)))
def test_the_case_of_a_text_does_not_matter(text: str) -> None:
    """Excluded: the iota subscript, whose capital is a letter, so its position among other marks changes.

    Also excluded: the saltillos. The small one is removed before NFKD, which then sorts the marks around it. The
    capital is removed after NFKD.
    """
    expected = names.words(text)

    assert names.words(text.upper()) == expected
    assert names.words(text.lower()) == expected
    assert names.words(text.title()) == expected
    assert names.words(text.casefold()) == expected


# --- Normalisation forms ----------------------------------------------------------------------------------------------


@often
@given(texts)
def test_nfc_and_nfd_give_the_same_words(text: str) -> None:
    assert names.words(normalize("NFC", text)) == names.words(normalize("NFD", text))


@often
@given(texts_without(OXIA + LATE_JOINERS))
def test_composition_does_not_matter(text: str) -> None:
    assert names.words(normalize("NFC", text)) == names.words(text)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_only_the_greek_oxia_depends_on_the_canonical_form(form: Literal["NFC", "NFD"]) -> None:
    """NFC and NFD change it to an acute accent, which is in the list of apostrophes."""
    assert characters_that_matter(lambda char: normalize(form, char)) == [OXIA]
    assert between_letters(OXIA) == ["a", "b"]
    assert between_letters(normalize(form, OXIA)) == ["ab"]


@pytest.mark.parametrize("form", ["NFKC", "NFKD"])
def test_only_the_acute_accent_depends_on_the_compatibility_form(form: Literal["NFKC", "NFKD"]) -> None:
    """NFKC and NFKD change it to a space and a mark before it can be removed."""
    assert characters_that_matter(lambda char: normalize(form, char)) == ["\u00b4"]


# --- Apostrophes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("char", [*APOSTROPHES, MIDDLE_DOT], ids=ascii)
def test_an_apostrophe_and_a_middle_dot_join_words(char: str) -> None:
    assert names.words(f"O{char}Neil") == ["oneil"]


def test_some_characters_disappear_only_after_folding() -> None:
    late = [
        char
        for char in ASSIGNED
        if not oracle.disappears(char)
        and any(map(oracle.disappears, normalize("NFKD", normalize("NFKD", char).casefold())))
    ]

    assert late == list(LATE_JOINERS)
    beside_a_letter = {"\u013f": "alb", "\u0140": "alb", "\u0149": "anb", "\u1e9a": "aab"}
    assert [between_letters(char) for char in late] == [[beside_a_letter.get(char, "ab")] for char in late]
