"""Names of few and of many words: stored whole, renamed in one transaction, and found by any of their words."""

import pytest

from dossiers.domain import names
from dossiers.storage.table import Table
from tests.builders import a_body, a_patch
from tests.contents import a_user, complete_dossiers
from tests.recording import Recording

WORDS = [f"w{number}" for number in range(48)]
OTHERS = [f"v{number}" for number in range(48)]
MAX_ITEMS = 100
"""Items of a transaction."""

# Of the longest that an official Dutch test set has: titles, several given names, and a double surname with prefixes.
DUTCH = {
    "firstname": "Johanna Wilhelmina Maria-Louise Anne-Sophie Cäcilia Zoë Désirée 't Jannetje",
    "lastname": (
        "barones van den Bosch-van der Meer d'Yvoy de la Fontaine und Verschuir von Müller-Schmidt "
        "thoe Schwartzenberg Hohenlansberg van 's-Gravenzande tot Sint-Anthonis"
    ),
}


def a_name(words: list[str]) -> dict[str, str | None]:
    """A name of these words, half of them in each field."""
    half = len(words) // 2
    return {"firstname": " ".join(words[:half]) or None, "lastname": " ".join(words[half:]) or None}


@pytest.mark.parametrize("count", [0, 1, 2, 3, 9, 10, 48])
def test_a_dossier_has_all_its_items_whatever_the_number_of_words(dynamodb_local: Table, count: int) -> None:
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(**a_name(WORDS[:count]), city="Utrecht", external_identifier="x")
    assert complete_dossiers(dynamodb_local) == [dossier]


def test_short_and_long_names_are_found_together_in_the_order_of_their_ids(dynamodb_local: Table) -> None:
    api = a_user(dynamodb_local)
    dossiers = {
        api.create_dossier(firstname="w0", lastname=" ".join(WORDS[1:count])): count for count in (2, 9, 10, 48) * 3
    }
    for query, least in (("w0", 2), ("w8", 9), ("w9", 10), ("w0 w8", 9), ("w9 w0", 10), ("w0 w47 w8", 48)):
        expected = sorted(dossier for dossier, count in dossiers.items() if count >= least)
        assert api.search(name=query).ids == expected
        assert api.all_ids(api.search(name=query, limit="2")) == expected
    assert len(complete_dossiers(dynamodb_local)) == len(dossiers)


# --- Renames ----------------------------------------------------------------------------------------------------------


def test_the_largest_rename_is_exactly_as_many_items_as_a_transaction_takes(
    dynamodb_local: Table, recording: Recording
) -> None:
    """48 words become 48 others, and the identifier changes."""
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(**a_name(WORDS), external_identifier="x")
    recording.clear()
    api.update_dossier(dossier, **a_name(OTHERS), external_identifier="y")
    [writes] = recording.transactions
    assert len(writes) == MAX_ITEMS
    assert api.search(name=" ".join(OTHERS)).ids == api.search(external_identifier="y").ids == [dossier]
    assert api.search(name="w0").ids == api.search(external_identifier="x").ids == []
    assert complete_dossiers(dynamodb_local) == [dossier]


def test_the_largest_rename_of_names_with_alternative_spellings_fits_too(
    dynamodb_local: Table, recording: Recording
) -> None:
    """Alternative spellings fill the 48 words up, and are left out beyond."""
    api = a_user(dynamodb_local)
    old = [f"ä{number}-a" for number in range(23)]
    new = [f"ö{number}-o" for number in range(23)]
    assert [len(names.index_words([" ".join(name)])) for name in (old, new)] == [48, 48]
    dossier = api.create_dossier(**a_name(old), external_identifier="x")
    recording.clear()
    api.update_dossier(dossier, **a_name(new), external_identifier="y")
    [writes] = recording.transactions
    assert len(writes) == MAX_ITEMS
    assert api.search(name="o22 o").ids == api.search(name=" ".join(new)).ids == [dossier]
    assert api.search(name="a0").ids == []
    assert complete_dossiers(dynamodb_local) == [dossier]


def test_names_of_the_largest_words_fit_in_one_transaction(dynamodb_local: Table) -> None:
    """One character can fold to 18 (U+FDFA), so that 255 of them are 4,590 letters of Arabic: 15 words of 33 bytes."""
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(firstname="ﷺ" * 255, lastname=" ".join(["字" * 84] * 3))
    api.update_dossier(dossier, firstname=" ".join(chr(0x4E00 + number) * 4 for number in range(48)), lastname=None)
    assert complete_dossiers(dynamodb_local) == [dossier]


@pytest.mark.parametrize("new", [0, 1, 2, 3, 8, 9, 10, 11, 48])
@pytest.mark.parametrize("old", [0, 1, 9, 10, 48])
def test_a_rename_leaves_no_item_of_the_old_name(dynamodb_local: Table, old: int, new: int) -> None:
    """In both directions across the number of words up to which every pair has an item; one word stays."""
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(**a_name(WORDS[:old]), city="Utrecht")
    words = [*WORDS[: min(1, new)], *OTHERS[: max(0, new - 1)]]
    api.update_dossier(dossier, **a_name(words))
    for word in {*WORDS[:old], *words}:
        assert api.search(name=word).ids == ([dossier] if word in words else [])
    assert not words or api.search(name=" ".join(words)).ids == [dossier]
    assert complete_dossiers(dynamodb_local) == [dossier]


def test_a_name_of_34_words_with_prefixes_is_created_found_and_renamed(
    dynamodb_local: Table, recording: Recording
) -> None:
    api = a_user(dynamodb_local)
    basic = {word for part in DUTCH.values() for word in names.words(part)}
    assert (len(basic), len(names.index_words(DUTCH.values()))) == (34, 45)
    dossier = api.create_dossier(lastname="Jansen", firstname="Jan")
    queries = [
        "gravenzande", "s gravenzande", "yvoy d", "dyvoy", "mueller", "müller-schmidt", "muellerschmidt",
        "maria-louise van den bosch", "marialouise", "sint-anthonis", "zoë désirée", " ".join(DUTCH.values()),
    ]  # fmt: skip
    for name, found in ((DUTCH, [dossier]), ({"firstname": "Jan", "lastname": "Jansen"}, []), (DUTCH, [dossier])):
        recording.clear()
        api.update_dossier(dossier, **name)
        [writes] = recording.transactions
        assert len(writes) <= MAX_ITEMS
        assert [api.search(name=query).ids for query in queries] == [found] * len(queries)
        assert api.search(name="jan jansen").ids == ([] if found else [dossier])
        assert complete_dossiers(dynamodb_local) == [dossier]


def test_a_patch_that_makes_a_name_of_too_many_words_writes_nothing(dynamodb_local: Table) -> None:
    """Each of the two names is allowed by itself. The limit is that of the name after the patch."""
    api = a_user(dynamodb_local)
    dossier = api.create_dossier(**a_name(WORDS))
    refused = api.update(dossier, a_patch(firstname=" ".join(OTHERS[:25])))
    assert (refused.status, refused.errors) == (
        422, {"firstname": ["too_many_words"], "lastname": ["too_many_words"]}
    )  # fmt: skip
    assert api.show(dossier).headers["etag"] == '"1"'
    assert api.create(a_body(firstname=" ".join(WORDS), lastname="v0")).status == 422
    assert complete_dossiers(dynamodb_local) == [dossier]
