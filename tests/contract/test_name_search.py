"""?name=…: the dossiers whose name has all the words. tests/unit/domain/names tests the rules of words."""

import pytest

from tests.api import Api
from tests.builders import a_word
from tests.unit.domain.names.texts import APOSTROPHES, MIDDLE_DOT


def test_a_dossier_is_found_by_each_word_of_its_name_right_after_it_was_created(api: Api) -> None:
    first, last = a_word(), a_word()
    dossier = api.create_dossier(firstname=first, lastname=f"van der {last}")
    assert api.index(name=first).ids == [dossier]
    assert api.index(name=last).ids == [dossier]


def test_a_dossier_is_found_only_if_all_words_match(api: Api) -> None:
    first, last = a_word(), a_word()
    dossier = api.create_dossier(firstname=first, lastname=last)
    assert api.index(name=f"{first} {last}").ids == [dossier]
    assert api.index(name=f"{first} {a_word()}").ids == []


def test_the_order_and_the_case_of_the_words_do_not_matter(api: Api) -> None:
    first, last = a_word(), a_word()
    dossier = api.create_dossier(firstname=first, lastname=last)
    assert api.index(name=f"{last.upper()}, {first.title()}").ids == [dossier]


def test_part_of_a_word_does_not_match(api: Api) -> None:
    last = a_word()
    api.create_dossier(lastname=last)
    assert api.index(name=last[:-1]).ids == []
    assert api.index(name=last[1:]).ids == []
    assert api.index(name=last + "x").ids == []


@pytest.mark.parametrize(
    ("lastname", "query"),
    [
        ("Müller", "muller"),
        ("Muller", "MÜLLER"),
        ("O'Neil", "oneil"),
        ("ONeil", "o’neil"),
        ("Jansen-de Vries", "vries jansen"),
        ("'t Hooft", "hooft t"),
        ("Łukasiewicz", "lukasiewicz"),
        ("Strauß", "STRAUSS"),
        ("Sørensen", "sorensen"),
        ("Παπαδόπουλος", "ΠΑΠΑΔΟΠΟΥΛΟΣ"),
        ("Чайковский", "чайковский"),
        ("Nguyễn", "nguyen"),
        ("Gal·la", "galla"),
        ("Galla", "GAĿLA"),
        ("Stanisŀaw", "stanisław"),
        ("ʿAlī", "ali"),
        ("Kealiʻi", "kealii"),
        ("Gorʹkij", "gorkij"),
        ("צ׳רני", "צרני"),
        ("Əliyev", "eliyev"),
        ("Ɗanƙaƴe Ɓala", "dankaye bala"),
        ("Ilinniarĸ", "ilinniark"),
    ],
)
def test_a_name_is_found_by_its_other_spellings(api: Api, lastname: str, query: str) -> None:
    first = a_word()
    dossier = api.create_dossier(firstname=first, lastname=lastname)
    assert api.index(name=f"{first} {query}").ids == [dossier]


@pytest.mark.slow
def test_apostrophes_and_the_middle_dot_join_words_in_names_and_queries(api: Api) -> None:
    for char in APOSTROPHES + MIDDLE_DOT:
        one, two = a_word(), a_word()
        dossier = api.create_dossier(lastname=f"{one}{char}{two}")
        assert api.index(name=one + two).ids == [dossier], ascii(char)
        assert api.index(name=f"{one}{char}{char}{two}").ids == [dossier], ascii(char)


def test_a_middle_dot_never_separates(api: Api) -> None:
    one, two = a_word(), a_word()
    api.create_dossier(lastname=f"{one}{MIDDLE_DOT}{two}")
    assert api.index(name=f"{one} {two}").ids == []


def test_words_may_come_from_both_names(api: Api) -> None:
    one, two, three = a_word(), a_word(), a_word()
    dossier = api.create_dossier(firstname=f"{one} {two}", lastname=f"de {three}")
    assert api.index(name=f"{three} {one} de").ids == [dossier]
    assert api.index(name=f"{three} {one} {two} de").ids == [dossier]
    assert api.index(name=f"{three} {one} {a_word()}").ids == []


def test_initials_and_other_fields_are_not_searched(api: Api) -> None:
    secret = a_word()
    api.create_dossier(initials=secret, city=secret, email=f"{secret}@example.com", subject_code=secret)
    assert api.index(name=secret).ids == []


def test_namesakes_are_all_found(api: Api) -> None:
    first, last = a_word(), a_word()
    own = [api.create_dossier(firstname=first, lastname=last) for _ in range(3)]
    other = api.create_dossier(firstname=first, lastname=last, group=api.other)
    assert sorted(api.index(name=f"{first} {last}").ids) == sorted([*own, other])
    assert sorted(api.search(name=first).ids) == sorted(own)
    assert api.search(api.other, name=last).ids == [other]


@pytest.mark.parametrize("count", [9, 10, 20, 48])
def test_a_name_of_many_words_is_found_by_one_by_two_and_by_all_of_them(api: Api, count: int) -> None:
    words = [a_word()[:9] for _ in range(count)]
    name = {"firstname": " ".join(words[: count // 2]), "lastname": " ".join(words[count // 2 :])}
    dossier = api.create_dossier(**name)
    namesake = api.create_dossier(firstname=words[0], lastname=words[-1])
    assert api.search(name=words[1]).ids == [dossier]
    assert api.search(name=f"{words[1]} {words[-2]}").ids == [dossier]
    assert api.search(name=" ".join(words)).ids == [dossier]
    assert api.search(name=f"{words[0]} {words[-1]}").ids == sorted([dossier, namesake])
    assert api.search(name=f"{words[0]} {words[-1]} {words[2]}").ids == [dossier]
    assert api.search(name=f"{words[1]} {a_word()}").ids == []


def test_a_repeated_word_counts_once(api: Api) -> None:
    last = a_word()
    dossier = api.create_dossier(firstname="Jan", lastname=f"{last} {last}")
    assert api.index(name=f"{last} {last} {last}").ids == [dossier]


def test_a_query_that_no_name_can_match_finds_nothing(api: Api) -> None:
    assert api.index(name=" ".join(a_word()[:9] for _ in range(49))).ids == []
    assert api.index(name="字" * 161).ids == []


@pytest.mark.parametrize("name", ["", " ", "-", "' ’", "...", "\u200b", "\u0301", "+&%"])
def test_a_query_without_words_is_refused(api: Api, name: str) -> None:
    for response in (api.index(name=name), api.search(name=name)):
        assert (response.status, response.errors) == (422, {"name": ["blank"]})


@pytest.mark.parametrize(
    "encoded", ["{0}+{1}", "{0}%20{1}", "{0}%2B{1}", "{0},{1}", "{0}%2C+{1}", "{0}.{1}", "{0}_{1}"]
)
def test_plus_space_comma_point_and_underscore_separate_words(api: Api, encoded: str) -> None:
    first, last = a_word(), a_word()
    dossier = api.create_dossier(firstname=first, lastname=last)
    response = api.transport.request("GET", f"/api/v1/dossiers?name={encoded.format(first, last)}")
    assert response.ids == [dossier]


def test_a_name_cannot_forge_a_key(api: Api) -> None:
    last = a_word()
    dossier = api.create_dossier(lastname=last)
    assert api.index(name=f"{last}#{dossier}").ids == []
    assert api.index(name=f"{last}#*").ids == [dossier]
