"""Names of few and of many words: all their items are stored, and each of their words finds them."""

import pytest

from dossiers.storage.table import Table
from tests.contents import a_user, complete_dossiers

WORDS = [f"w{number}" for number in range(48)]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 9, 10, 48])
def test_a_dossier_has_all_its_items_whatever_the_number_of_words(dynamodb_local: Table, count: int) -> None:
    api = a_user(dynamodb_local)
    name = {"firstname": " ".join(WORDS[: count // 2]), "lastname": " ".join(WORDS[count // 2 : count])}
    dossier = api.create_dossier(**name, city="Utrecht", external_identifier="x")
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
