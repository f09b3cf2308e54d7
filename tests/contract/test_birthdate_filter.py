"""birthdate=… next to name=…: the dossiers whose birthdate is compatible."""

import pytest

from tests.api import Api
from tests.builders import a_word

STORED = ["1980", "1980-02", "1980-02-23", "1980-02-24", "1980-03", "1981", "1981-02-23", None]

COMPATIBLE = {
    "1980": {"1980", "1980-02", "1980-02-23", "1980-02-24", "1980-03"},
    "1980-02": {"1980", "1980-02", "1980-02-23", "1980-02-24"},
    "1980-02-23": {"1980", "1980-02", "1980-02-23"},
    "1980-02-25": {"1980", "1980-02"},
    "1980-03-01": {"1980", "1980-03"},
    "1981-02-23": {"1981", "1981-02-23"},
    "1982": set(),
    "1850-01-01": set(),
    "2999": set(),
}


@pytest.mark.parametrize("birthdate", COMPATIBLE)
def test_dossiers_with_a_compatible_birthdate_are_found(api: Api, birthdate: str) -> None:
    """Of two compatible birthdates the shorter is the start of the longer."""
    name = a_word()
    ids = {api.create_dossier(firstname=name, birthdate=stored): stored for stored in STORED}
    expected = {dossier for dossier, stored in ids.items() if stored in COMPATIBLE[birthdate]}
    assert set(api.search(name=name, birthdate=birthdate).ids) == expected
    assert set(api.index(name=name, birthdate=birthdate).ids) == expected


@pytest.mark.parametrize("count", [1, 2, 3, 9, 10, 48])
def test_names_of_any_number_of_words_are_filtered(api: Api, count: int) -> None:
    words = [a_word()[:9] for _ in range(count)]
    name = {"firstname": " ".join(words[:24]), "lastname": " ".join(words[24:])}
    found = api.create_dossier(**name, birthdate="1980-02-23")
    api.create_dossier(**name, birthdate="1981-02-23")
    for query in (words[0], " ".join(words[:2]), " ".join(words[:4]), " ".join(words)):
        assert api.search(name=query, birthdate="1980-02").ids == [found]


def test_every_reading_of_a_query_is_filtered(api: Api) -> None:
    name = a_word()
    found = api.create_dossier(firstname="Müller-Smit", lastname=name, birthdate="1980")
    api.create_dossier(firstname="Mueller Smit", lastname=name, birthdate="1981")
    assert api.search(name=f"Müller-Smit {name}", birthdate="1980-01-01").ids == [found]


def test_a_searched_birthdate_is_trimmed(api: Api) -> None:
    name = a_word()
    dossier = api.create_dossier(firstname=name, birthdate="1980-02-23")
    assert api.search(name=name, birthdate="\ufeff 1980-02\u3000").ids == [dossier]


def test_a_changed_birthdate_is_found_and_the_old_one_is_not(api: Api) -> None:
    name = a_word()
    dossier = api.create_dossier(firstname=name, birthdate="1980-02-23")
    api.update_dossier(dossier, birthdate="1980-02-24")
    assert api.search(name=name, birthdate="1980-02-24").ids == [dossier]
    assert api.search(name=name, birthdate="1980-02-23").ids == []


def test_a_removed_birthdate_is_not_found_and_an_added_one_is(api: Api) -> None:
    name = a_word()
    dossier = api.create_dossier(firstname=name, birthdate="1980-02-23")
    api.update_dossier(dossier, birthdate=None)
    assert api.search(name=name, birthdate="1980-02-23").ids == []
    api.update_dossier(dossier, birthdate="1981")
    assert api.search(name=name, birthdate="1981-02-23").ids == [dossier]


@pytest.mark.slow
def test_filtered_pages_hold_every_dossier_once(api: Api) -> None:
    name = a_word()
    found = [api.create_dossier(firstname=name, birthdate="1980", group=group) for group in (api.group, api.other) * 3]
    for number in range(6):
        api.create_dossier(firstname=name, birthdate=f"198{number + 1}")
    pages = api.pages(api.index(name=name, birthdate="1980-02", limit="2"))
    assert [dossier for page in pages for dossier in page.ids] == sorted(found[::2]) + sorted(found[1::2])
    assert [len(page.ids) for page in pages] == [2, 2, 2]


INVALID = [
    "", " ", "x", "1980-13", "1980-02-30", "1980-2-3", "19800223", "23-02-1980", "1849", "1849-12-31", "0000", "198",
    "1980-", "1980-02-", "１９８０", "1980/02/23", "1980-02-23T00:00", "1980*", "1980%",
]  # fmt: skip


@pytest.mark.parametrize("birthdate", INVALID)
def test_what_is_no_birthdate_is_an_invalid_date(api: Api, birthdate: str) -> None:
    for response in (
        api.index(name="jan", birthdate=birthdate),
        api.search(name="jan", birthdate=birthdate),
        api.post_search({"name": "jan", "birthdate": birthdate}),
    ):
        assert (response.status, response.errors) == (422, {"birthdate": ["invalid_date"]})


@pytest.mark.parametrize("birthdate", ["1980", "x", ""])
def test_a_birthdate_without_a_name_is_refused_and_never_all(api: Api, birthdate: str) -> None:
    for response in (
        api.index(birthdate=birthdate),
        api.search(birthdate=birthdate),
        api.post_index({"birthdate": birthdate}),
        api.post_search({"birthdate": birthdate}),
    ):
        assert (response.status, response.errors) == (422, {"birthdate": ["name_required"]})


def test_a_birthdate_goes_with_no_identifier(api: Api) -> None:
    response = api.search(external_identifier="x", birthdate="1980")
    assert (response.status, response.errors) == (422, {"birthdate": ["name_required"]})


def test_a_name_and_a_birthdate_that_are_both_broken_are_both_named(api: Api) -> None:
    response = api.index(name="-", birthdate="x")
    assert (response.status, response.errors) == (422, {"name": ["blank"], "birthdate": ["invalid_date"]})


def test_a_birthdate_given_twice_or_not_in_utf_8_is_invalid(api: Api) -> None:
    for query in ("name=jan&birthdate=1980&birthdate=1980", "name=jan&birthdate=%ff"):
        response = api.request("GET", "/api/v1/dossiers", query=query)
        assert (response.status, response.errors) == (422, {"birthdate": ["invalid"]})
