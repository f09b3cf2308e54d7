"""The published vector file, docs/names-vectors.json, against `dossiers.domain.names` and against the oracle."""

import json
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest

from dossiers.domain import names
from tests.unit.domain.names import oracle
from tests.unit.domain.names.texts import LATE_JOINERS

FILE = Path(__file__).parents[4] / "docs" / "names-vectors.json"
PUBLISHED: dict[str, Any] = json.loads(FILE.read_text(encoding="ascii"))
WORDS: list[dict[str, Any]] = PUBLISHED["words"]
MATCHES: list[dict[str, Any]] = PUBLISHED["matches"]


def search(vector: dict[str, Any]) -> bool | str:
    """Whether the query of a vector finds its name by `dossiers.domain.names`, or "blank" if the query has no words."""
    query_words = set(names.words(vector["query"]))
    name_words = {*names.words(vector["firstname"] or ""), *names.words(vector["lastname"] or "")}
    return query_words <= name_words if query_words else "blank"


@pytest.mark.parametrize("vector", WORDS, ids=lambda vector: ascii(vector["text"]))
def test_a_text_gives_the_published_words(vector: dict[str, Any]) -> None:
    assert names.words(vector["text"]) == vector["words"], vector["why"]


@pytest.mark.parametrize("vector", MATCHES, ids=lambda vector: ascii(vector["query"][:40]))
def test_a_query_gets_the_published_result(vector: dict[str, Any]) -> None:
    assert search(vector) == vector["matches"], vector["why"]


def test_the_oracle_agrees_with_every_vector() -> None:
    assert [oracle.words(vector["text"]) for vector in WORDS] == [vector["words"] for vector in WORDS]
    assert [oracle.search(v["firstname"], v["lastname"], v["query"]) for v in MATCHES] == [
        v["matches"] for v in MATCHES
    ]


def test_all_vectors_have_the_same_fields() -> None:
    assert set(PUBLISHED) == {"version", "words", "matches"}
    assert PUBLISHED["version"] == 2
    assert {tuple(vector) for vector in WORDS} == {("text", "words", "why")}
    assert {tuple(vector) for vector in MATCHES} == {("firstname", "lastname", "query", "matches", "why")}


def test_every_vector_says_why() -> None:
    assert all(vector["why"].strip() for vector in WORDS + MATCHES)


def test_no_vector_is_repeated() -> None:
    texts = [vector["text"] for vector in WORDS]
    searches = [(vector["firstname"], vector["lastname"], vector["query"]) for vector in MATCHES]

    assert len(set(texts)) == len(texts)
    assert len(set(searches)) == len(searches)


def test_all_three_results_occur() -> None:
    assert {vector["matches"] for vector in MATCHES} == {True, False, "blank"}


def test_the_vectors_show_every_apostrophe_and_both_cases_of_every_replaced_letter() -> None:
    shown = "".join(vector["text"] for vector in WORDS)

    assert [char for char in names.APOSTROPHES + names.MIDDLE_DOT if char not in shown] == []
    assert [char for char in LATE_JOINERS if char not in shown] == []
    assert [letter for letter in names.LETTERS if letter not in shown or letter.upper() not in shown] == []


def test_the_vectors_hold_on_every_supported_version_of_unicode() -> None:
    """The vectors use only characters of Unicode 14, the oldest supported version. U+FFFF is never assigned."""
    used = {char for vector in WORDS + MATCHES for value in vector.values() if isinstance(value, str) for char in value}

    assert {char for char in used if category(char) == "Cn"} == {"\uffff"}


def test_every_name_of_a_match_could_be_created() -> None:
    for vector in MATCHES:
        given = [name for name in (vector["firstname"], vector["lastname"]) if name]
        different = {word for name in given for word in names.words(name)}

        assert given, vector
        assert all(len(name) <= 255 and "Cc" not in map(category, name) for name in given), vector
        assert len(different) <= names.MAX_WORDS, vector
        assert not any(map(names.is_too_long, different)), vector
