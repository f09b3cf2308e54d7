"""Every published pair of a name and a query, docs/names-vectors.json, as a search."""

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests.api import Api
from tests.builders import a_word

FILE = Path(__file__).parents[2] / "docs" / "names-vectors.json"
MATCHES: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="ascii"))["matches"]


@pytest.mark.over_http  # moto's transactions slow down with the table: it would take most of a minute
def test_a_search_matches_as_published(api: Api) -> None:
    wrong = [vector for vector, result in _results(api) if result != vector["matches"]]
    assert wrong == []


def _results(api: Api) -> Iterator[tuple[dict[str, Any], bool | str]]:
    """Each vector, and whether its query finds its name, or the keyword with which it is refused."""

    def name(vector: dict[str, Any]) -> tuple[str, str]:
        return vector["firstname"] or "", vector["lastname"] or ""

    for (firstname, lastname), vectors in groupby(sorted(MATCHES, key=name), key=name):
        dossier = api.create_dossier(firstname=firstname, lastname=lastname, city=a_word())
        for vector in vectors:
            response = api.search(name=vector["query"], limit="10000")
            if response.status == 200:
                yield vector, dossier in response.ids
            else:
                ((keyword,),) = response.errors.values()
                yield vector, keyword
