"""Alternative spellings: apostrophes, umlauts and hyphens in names and in queries."""

from itertools import pairwise

import pytest

from tests.api import Api
from tests.builders import a_word
from tests.unit.domain.names.texts import APOSTROPHES

FOUND = [
    # apostrophes
    ("O'Brien", "O Brien"), ("O'Brien", "obrien"), ("O'Brien", "OBRIEN"), ("O'Brien", "O’Brien"), ("O'Brien", "Brien"),
    ("O Brien", "O'Brien"), ("OBrien", "O'Brien"), ("d'Acqua", "acqua d"), ("d'Acqua", "dacqua"),
    ("'t Hooft", "t hooft"),
    ("Kealiʻi", "keali i"), ("Jan's", "jans"), ("Jan's", "jan"), ("D'Angelo d'Arc", "d angelo d arc"),
    ("D'Angelo d'Arc", "dangelo darc"),
    # umlauts
    ("Müller", "muller"), ("Müller", "mueller"), ("Müller", "MUELLER"), ("Müller", "MÜLLER"), ("Muller", "Müller"),
    ("Mueller", "Müller"), ("Mueller", "müller"), ("Mu\u0308ller", "mueller"), ("MU\u0308LLER", "mueller"),
    ("Ødegård", "odegard"), ("Ødegård", "oedegaard"), ("Ødegård", "ødegaard"), ("Ødegaard", "Ødegård"),
    ("Oedegaard", "Ødegård"), ("Odegard", "Ødegård"), ("Åse", "aase"), ("Åse", "ase"), ("Æsa", "aesa"),
    ("Jäger", "jaeger"), ("Köhler", "koehler"), ("JÄGER", "jaeger"), ("Größe", "groesse"), ("Größe", "grosse"),
    # hyphens
    ("Anne-Marie", "annemarie"), ("Anne-Marie", "anne marie"), ("Anne-Marie", "marie anne"), ("Anne-Marie", "anne"),
    ("Anne Marie", "anne-marie"), ("Annemarie", "Anne-Marie"), ("Smith-Jones", "smithjones"),
    ("Smithjones", "Smith-Jones"),
    ("Anne\u2010Marie", "annemarie"), ("Anne\u2011Marie", "annemarie"), ("Anne\u2013Marie", "annemarie"),
    ("Jansen-de Vries", "jansende vries"), ("Jansen-de Vries", "jansen de vries"), ("A-B-C", "abc"),
    # combinations
    ("O'Neil-Müller", "oneilmueller"), ("O'Neil-Müller", "o neilmuller"), ("O'Neil-Müller", "oneil mueller"),
    ("O'Neil-Müller", "o neil mueller"), ("O'Neil-Müller", "neil muller"), ("ONeil Mueller", "O'Neil-Müller"),
    ("ONeilMueller", "O'Neil-Müller"), ("O Neil Muller", "O'Neil-Müller"), ("O Neilmueller", "O'Neil-Müller"),
    ("Jäger-Ødegård", "jaegeroedegaard"), ("Jäger-Ødegård", "jagerodegard"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "query"), FOUND, ids=ascii)
def test_a_name_is_found_by_what_people_hear(api: Api, name: str, query: str) -> None:
    firstname = a_word()
    dossier = api.create_dossier(firstname=firstname, lastname=name)
    assert api.search(name=f"{firstname} {query}").ids == [dossier]


NOT_FOUND = [
    ("O'Brien", "o brienx"), ("O'Brien", "brie"), ("OBrien", "brien"), ("O Brien", "obrien"),
    ("Müller", "meller"), ("Muller", "mueller"), ("Mueller", "muller"), ("Odegard", "oedegaard"),
    ("Anne-Marie", "annem"), ("Annemarie", "anne marie"), ("Anne Marie", "annemarie"), ("Anne—Marie", "annemarie"),
    ("Anne_Marie", "annemarie"), ("Anne.Marie", "annemarie"), ("Noël", "noeel"), ("Gal·la", "gal la"),
    ("Smith-Jones", "smithjone"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "query"), NOT_FOUND, ids=ascii)
def test_a_name_is_not_found_by_a_spelling_that_neither_it_nor_the_query_has(api: Api, name: str, query: str) -> None:
    firstname = a_word()
    api.create_dossier(firstname=firstname, lastname=name)
    assert api.search(name=f"{firstname} {query}").rows == []


@pytest.mark.slow
def test_every_apostrophe_separates_in_the_alternative_spelling(api: Api) -> None:
    for char in APOSTROPHES:
        one, two = a_word(), a_word()
        dossier = api.create_dossier(lastname=f"{one}{char}{two}")
        assert api.search(name=f"{one} {two}").ids == [dossier], ascii(char)
        assert api.search(name=two).ids == [dossier], ascii(char)


@pytest.mark.slow
def test_a_query_with_an_apostrophe_finds_the_words_apart(api: Api) -> None:
    for char in APOSTROPHES:
        one, two = a_word(), a_word()
        dossier = api.create_dossier(lastname=f"{one} {two}")
        assert api.search(name=f"{one}{char}{two}").ids == [dossier], ascii(char)


def test_the_readings_of_first_and_last_name_are_mixed(api: Api) -> None:
    """The words of a query may be those of any reading of the two names."""
    word = a_word()
    dossier = api.create_dossier(firstname="Anne-Marie", lastname=f"Müller {word}")
    for query in ("annemarie muller", "anne marie mueller", "annemarie mueller", "anne mueller", "annemarie anne"):
        assert api.search(name=f"{query} {word}").ids == [dossier]


def test_all_words_of_one_reading_of_a_query_are_needed(api: Api) -> None:
    """`O'Neil` reads `oneil` or `o neil`: `neil` alone is no reading."""
    word = a_word()
    api.create_dossier(firstname=word, lastname="Neil")
    assert api.search(name=f"{word} O'Neil").rows == []


def test_a_query_finds_every_spelling_and_each_dossier_once(api: Api) -> None:
    word = a_word()
    names = ["Müller-O'Neil", "Muller O Neil", "Mueller ONeil", "MuellerONeil", "Müller-o'neil", "mulleroneil"]
    ids = [api.create_dossier(firstname=word, lastname=name) for name in names]
    for search in (api.search, api.index):
        assert search(name=f"{word} Müller-O'Neil").ids == sorted(ids)


def test_a_dossier_that_every_reading_matches_is_listed_once(api: Api) -> None:
    word = a_word()
    dossier = api.create_dossier(firstname=f"{word} Müller-O'Neil", lastname="muller mueller oneil o neil")
    assert api.search(name=f"{word} Müller O'Neil").ids == [dossier]


@pytest.mark.slow
@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_pages_over_several_readings_hold_every_dossier_once(api: Api, limit: int) -> None:
    word = a_word()
    spellings = ["Müller-Smit", "Mueller Smit", "Muller Smit", "Muellersmit", "Müller-Smit"]
    here = [api.create_dossier(firstname=word, lastname=name) for name in spellings]
    there = [api.create_dossier(firstname=word, lastname=name, group=api.other) for name in spellings[1:]]
    pages = api.pages(api.index(name=f"{word} Müller-Smit", limit=str(limit)))
    assert [dossier for page in pages for dossier in page.ids] == sorted(here) + sorted(there)
    assert all(len(page.ids) == limit for page in pages[:-1])
    filters = {"name": f"{word} Müller-Smit"}
    assert api.all_ids(api.post_search(filters, limit=str(limit)), filters) == sorted(here)


def test_names_of_many_words_are_found_by_their_alternative_spellings(api: Api) -> None:
    words = [a_word()[:9] for _ in range(20)]
    parts = [f"{one}-{other}" for one, other in pairwise(words)][::2]
    dossier = api.create_dossier(firstname=" ".join(parts[:5]), lastname=" ".join(parts[5:]))
    for one, other in zip(words[::2], words[1::2], strict=True):
        assert api.search(name=one + other).ids == api.search(name=f"{one} {other}").ids == [dossier]
        assert api.search(name=f"{one}-{other} {words[0]}").ids == [dossier]


def test_alternative_spellings_never_refuse_a_name(api: Api) -> None:
    """48 words by the plain rule: none of the alternative spellings is indexed, and every plain word is."""
    words = [a_word()[:9] for _ in range(48)]
    firstname, lastname = "-".join(words[:24]), "-".join(words[24:])
    dossier = api.create_dossier(firstname=firstname, lastname=lastname)
    assert [api.search(name=word).ids for word in (words[0], words[24], words[-1])] == [[dossier]] * 3
    assert api.search(name=" ".join(words)).ids == [dossier]
    assert api.search(name=f"{firstname} {lastname}").ids == [dossier]


@pytest.mark.parametrize("name", ["字" * 100 + "-" + "字" * 100, "ü" * 255, "'" * 254 + "x", "-".join("a" * 128)])
def test_an_alternative_spelling_that_is_too_long_never_refuses_a_name(api: Api, name: str) -> None:
    firstname = a_word()
    dossier = api.create_dossier(firstname=firstname, lastname=name)
    assert api.search(name=f"{firstname} {name}").ids == [dossier]


def test_an_update_replaces_the_alternative_spellings(api: Api) -> None:
    word = a_word()
    dossier = api.create_dossier(firstname=word, lastname="Müller-Smit")
    api.update_dossier(dossier, lastname="O'Neil")
    for query in ("mueller", "muellersmit", "mullersmit", "smit"):
        assert api.search(name=f"{word} {query}").rows == []
    for query in ("oneil", "o neil", "neil"):
        assert api.search(name=f"{word} {query}").ids == [dossier]


def test_the_words_of_a_query_are_limited_in_each_reading_alone(api: Api) -> None:
    """A reading of more than 48 words finds nothing; another reading of the same query still does."""
    word = a_word()
    dossier = api.create_dossier(firstname=word, lastname="a" * 49)
    assert api.search(name=f"{word} {'-'.join('a' * 49)}").ids == [dossier]


@pytest.mark.parametrize("query", ["'", "-", "'-'", "’ \u2010", "·'"])
def test_a_query_of_apostrophes_and_hyphens_alone_is_blank(api: Api, query: str) -> None:
    response = api.search(name=query)
    assert (response.status, response.errors) == (422, {"name": ["blank"]})
