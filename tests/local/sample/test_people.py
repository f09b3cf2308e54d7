"""The people of the sample data."""

import unicodedata
from collections import Counter

from dossiers.domain import names
from dossiers.domain.text import is_dossier_id
from local.sample.people import GROUPS, samples
from local.sample.users import USERS

PEOPLE = [one.document["person"] for one in samples()]


def test_two_users_see_different_groups_that_overlap() -> None:
    anna, bram = (set(groups) for groups in USERS.values())
    assert anna & bram
    assert anna - bram
    assert bram - anna
    assert anna | bram == set(GROUPS)


def test_the_people_are_the_same_each_time() -> None:
    assert list(samples()) == list(samples())
    assert len({one.id for one in samples()}) == len(PEOPLE) >= 300
    assert all(is_dossier_id(one.id) for one in samples())


def test_some_names_have_twenty_words_and_some_people_have_the_same_name() -> None:
    words = [names.words(f"{person['firstname'] or ''} {person['lastname'] or ''}") for person in PEOPLE]
    assert max(len(set(found)) for found in words) >= 20
    assert max(Counter(map(frozenset, words)).values()) > 1


def test_some_names_have_alternative_spellings_with_each_kind_of_character_that_gives_them() -> None:
    spellings = {
        word for person in PEOPLE for word in names.index_words(filter(None, (person["firstname"], person["lastname"])))
    }
    expected = [
        "oneil",
        "neil",
        "muller",
        "mueller",
        "odegard",
        "oedegaard",
        "annemarie",
        "marie",
        "smithjones",
        "acqua",
    ]
    assert [word for word in expected if word not in spellings] == []


def test_some_people_have_one_name_only() -> None:
    assert any(person["firstname"] is None for person in PEOPLE)
    assert any(person["lastname"] is None for person in PEOPLE)


def test_the_names_are_in_many_scripts_and_have_invisible_characters_and_apostrophes() -> None:
    letters = {letter for person in PEOPLE for letter in f"{person['firstname']}{person['lastname']}"}
    assert {unicodedata.name(letter).split()[0] for letter in letters} >= {
        "LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "DEVANAGARI",
        "SOFT", "ZERO", "VARIATION", "COMBINING", "APOSTROPHE", "RIGHT", "LEFT", "MODIFIER",
    }  # fmt: skip
