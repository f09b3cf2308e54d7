"""What a dossier holds, and the rules that its fields break together."""

import pytest

from dossiers.domain import names
from dossiers.domain.content import NAMES, PERSON_FIELDS, Content
from dossiers.domain.person import Person

WORDS = [f"w{number:02}" for number in range(49)]


def problems(external_identifier: str | None = None, **person: str) -> list[tuple[str, str]]:
    return [(name, str(keyword)) for name, keyword in Content(external_identifier, person).problems()]


def test_the_fields_of_a_person_are_those_that_a_create_takes_in_their_order() -> None:
    """`content` names them again, so that functions that validate nothing need not load pydantic."""
    assert list(PERSON_FIELDS) == list(Person.model_fields)
    assert len(PERSON_FIELDS) == 15


def test_the_names_are_fields_of_a_person() -> None:
    assert set(NAMES) <= set(PERSON_FIELDS)


def test_without_any_field_it_is_blank() -> None:
    assert problems() == [("base", "blank")]


@pytest.mark.parametrize("field", PERSON_FIELDS)
def test_one_field_is_enough(field: str) -> None:
    assert problems(**{field: "x"}) == []


def test_an_identifier_is_enough() -> None:
    assert problems("x") == []


def test_48_different_words_are_allowed() -> None:
    assert problems(firstname=" ".join(WORDS[:24]), lastname=" ".join(WORDS[24:48])) == []


def test_more_are_too_many_in_each_name_that_is_present() -> None:
    both = problems(firstname=" ".join(WORDS[:24]), lastname=" ".join(WORDS[24:]))
    assert both == [("firstname", "too_many_words"), ("lastname", "too_many_words")]
    assert problems(lastname=" ".join(WORDS), city="Ede") == [("lastname", "too_many_words")]


def test_words_that_both_names_have_count_once() -> None:
    assert problems(firstname=" ".join(WORDS[:48]), lastname=" ".join(WORDS[:48])) == []


def test_alternative_spellings_do_not_count() -> None:
    assert problems(firstname=" ".join(f"ü{word}-ä'{word}" for word in WORDS[:24])) == []


def test_words_of_other_fields_do_not_count() -> None:
    assert problems(firstname="Jan", initials=" ".join(WORDS), city=" ".join(WORDS)) == []


def test_the_name_is_indexed_under_the_words_of_both_names_and_their_alternative_spellings() -> None:
    content = Content(None, {"firstname": "Anne-Marie", "lastname": "O'Neil", "initials": "X.", "city": "Ede"})
    assert content.index_words == {"anne", "marie", "annemarie", "oneil", "o", "neil"}


@pytest.mark.parametrize("person", [{}, {"city": "Ede"}, {"firstname": "***"}])
def test_without_a_word_in_the_name_there_are_none(person: dict[str, str]) -> None:
    assert Content("x", person).index_words == frozenset()


def test_the_words_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    content = Content(None, {"firstname": "Jan"})
    before = content.index_words
    monkeypatch.setattr(names, "index_words", None)
    assert content.index_words is before


@pytest.mark.parametrize(("person", "birthdate"), [({}, None), ({"birthdate": "1980-02"}, "1980-02")])
def test_the_birthdate_is_the_persons(person: dict[str, str], birthdate: str | None) -> None:
    assert Content("x", person).birthdate == birthdate


def test_contents_with_the_same_fields_are_equal() -> None:
    """By which an update sees that a patch changes nothing."""
    one, other = (Content("x", {"firstname": "Jan", "city": "Ede"}), Content("x", {"city": "Ede", "firstname": "Jan"}))
    assert one.index_words
    assert one == other
    assert one != Content(None, one.person)
    assert one != Content("x", {"firstname": "Jan"})
