"""The people of the sample data."""

import unicodedata
from collections import Counter
from typing import Any

from dossiers.domain import names
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
    assert len({one.key for one in samples()}) == len(PEOPLE) >= 300


def test_nobody_without_an_identifier_has_the_name_gender_and_year_of_birth_of_somebody_else() -> None:
    def shown(person: dict[str, Any]) -> tuple[Any, ...]:
        return (person["firstname"], person["lastname"], person["gender"], (person["birthdate"] or "")[:4])

    everybody = Counter((one.group, *shown(one.document["person"])) for one in samples())
    without_identifier = [one for one in samples() if one.external_identifier is None]
    assert without_identifier
    assert all(everybody[one.group, *shown(one.document["person"])] == 1 for one in without_identifier)


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
