"""limit, cursor and Link: every dossier once, page by page."""

from base64 import urlsafe_b64encode

import pytest

from tests.api import Api
from tests.builders import a_word


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7])
def test_following_the_links_visits_every_dossier_once(api: Api, limit: int) -> None:
    name = a_word()
    own = [api.create_dossier(firstname=name) for _ in range(4)]
    other = [api.create_dossier(firstname=name, group=api.other) for _ in range(3)]
    pages = api.pages(api.index(name=name, limit=str(limit)))
    assert [dossier for page in pages for dossier in page.ids] == sorted(own) + sorted(other)
    assert all(len(page.ids) == limit for page in pages[:-1])
    assert pages[-1].ids


def test_the_last_page_has_no_link(api: Api) -> None:
    name = a_word()
    for _ in range(2):
        api.create_dossier(firstname=name)
    assert api.index(name=name, limit="2").next is None
    assert api.search(name=name).next is None


def test_a_link_keeps_the_parameters_of_its_request(api: Api) -> None:
    first, last = f"{a_word()} 'é+&", a_word()
    ids = [api.create_dossier(firstname=first, lastname=last) for _ in range(3)]
    api.create_dossier(firstname=first)
    assert api.all_ids(api.search(name=f"{first} {last}", limit="1")) == sorted(ids)


def test_the_longest_link_can_be_followed(api: Api) -> None:
    """API Gateway accepts 10,240 bytes of request line and headers together."""
    word = "".join(chr(0x4E00 + ord(letter)) for letter in a_word())  # three bytes each, nine characters in a URL
    ids = [api.create_dossier(firstname=word, lastname="x") for _ in range(3)]
    name = word + "\u2019" * ((1020 - len(word.encode())) // 3)
    assert len(name.encode()) == 1020
    first = api.search(name=name, limit="1")
    assert first.next is not None
    assert 3 * 1020 < len(first.next) < 4_000
    assert api.all_ids(first) == sorted(ids)


def test_a_cursor_of_another_search_continues_after_the_same_dossier(api: Api) -> None:
    one, other = a_word(), a_word()
    for _ in range(2):
        api.create_dossier(firstname=one)
    ids = sorted(api.create_dossier(firstname=other) for _ in range(5))
    first = api.search(name=one, limit="1")
    assert first.next is not None
    cursor = first.next.rpartition("cursor=")[2]
    after = [dossier for dossier in ids if dossier > first.ids[0]]
    assert api.search(name=other, cursor=cursor).ids == after
    assert api.all_ids(api.index(name=other, cursor=cursor, limit="2")) == after


def test_pages_of_names_of_three_words_and_of_many_words_hold_every_dossier_once(api: Api) -> None:
    words = [a_word()[:9] for _ in range(16)]
    ids = [
        api.create_dossier(firstname=" ".join(words[:3]), lastname=" ".join(words[3:count]))
        for count in (4, 16, 5, 16, 4)
    ]
    for query in (words[0], " ".join(words[:2]), " ".join(words[:4])):
        assert api.all_ids(api.search(name=query, limit="2")) == sorted(ids)


def test_a_link_contains_no_name(api: Api) -> None:
    name = a_word()
    for _ in range(2):
        api.create_dossier(firstname=name)
    link = api.index(limit="1").next
    assert link is not None
    assert name not in link


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "====", "é", "#", "a" * 3000, "Z3JvdXA", "%00"])
def test_an_invalid_cursor_is_refused(api: Api, cursor: str) -> None:
    for response in (api.index(cursor=cursor), api.search(cursor=cursor)):
        assert (response.status, response.errors) == (422, {"cursor": ["invalid"]})


def test_a_cursor_in_a_group_that_is_not_granted_gives_no_access_to_it(api: Api) -> None:
    """A forged cursor that is well formed changes where the user's own list starts, and nothing else."""
    dossier = api.create_dossier()
    for group in ("0-foreign", "contract-aa"):
        position = f"{group}#00000000-0000-4000-8000-000000000000"
        cursor = urlsafe_b64encode(position.encode()).decode().rstrip("=")
        listed = api.all_ids(api.index(cursor=cursor))
        assert set(listed) <= set(api.all_ids(api.index()))
        assert (dossier in listed) == (group < api.group)
        assert api.search(cursor=cursor).errors == {"cursor": ["invalid"]}


def test_an_identifier_search_refuses_a_cursor(api: Api) -> None:
    for _ in range(2):
        api.create_dossier()
    link = api.search(limit="1").next
    assert link is not None
    response = api.search(external_identifier="x", cursor=link.rpartition("cursor=")[2])
    assert (response.status, response.errors) == (422, {"cursor": ["invalid"]})
