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
READINGS: list[dict[str, Any]] = PUBLISHED["readings"]
INDEXED: list[dict[str, Any]] = PUBLISHED["indexed"]
MATCHES: list[dict[str, Any]] = PUBLISHED["matches"]


def answer(vector: dict[str, Any]) -> bool | str:
    """What `dossiers.domain.names` makes of the names and the query of one vector."""
    readings = names.readings(vector["query"])
    had = names.index_words(_parts(vector))
    return any(set(reading) <= had for reading in readings) if readings[0] else "blank"


def _parts(vector: dict[str, Any]) -> list[str]:
    return [vector[part] for part in ("firstname", "lastname") if vector[part] is not None]


@pytest.mark.parametrize("vector", WORDS, ids=lambda vector: ascii(vector["text"]))
def test_a_text_gives_the_published_words(vector: dict[str, Any]) -> None:
    assert names.words(vector["text"]) == vector["words"], vector["why"]


@pytest.mark.parametrize("vector", READINGS, ids=lambda vector: ascii(vector["text"]))
def test_a_text_has_the_published_readings(vector: dict[str, Any]) -> None:
    assert names.readings(vector["text"]) == vector["readings"], vector["why"]


@pytest.mark.parametrize("vector", INDEXED, ids=lambda vector: ascii(_parts(vector))[:40])
def test_a_name_is_indexed_under_the_published_words(vector: dict[str, Any]) -> None:
    assert names.index_words(_parts(vector)) == set(vector["words"]), vector["why"]


@pytest.mark.parametrize("vector", MATCHES, ids=lambda vector: ascii(vector["query"][:40]))
def test_a_query_gets_the_published_answer(vector: dict[str, Any]) -> None:
    assert answer(vector) == vector["matches"], vector["why"]


def test_the_oracle_agrees_with_every_vector() -> None:
    assert [oracle.words(vector["text"]) for vector in WORDS] == [vector["words"] for vector in WORDS]
    assert [oracle.readings(vector["text"]) for vector in READINGS] == [v["readings"] for v in READINGS]
    assert [oracle.index_words(v["firstname"], v["lastname"]) for v in INDEXED] == [v["words"] for v in INDEXED]
    assert [oracle.answer(v["firstname"], v["lastname"], v["query"]) for v in MATCHES] == [
        v["matches"] for v in MATCHES
    ]


def test_the_file_has_one_shape() -> None:
    assert set(PUBLISHED) == {"version", "words", "readings", "indexed", "matches"}
    assert PUBLISHED["version"] == 3
    assert {tuple(vector) for vector in WORDS} == {("text", "words", "why")}
    assert {tuple(vector) for vector in READINGS} == {("text", "readings", "why")}
    assert {tuple(vector) for vector in INDEXED} == {("firstname", "lastname", "words", "why")}
    assert {tuple(vector) for vector in MATCHES} == {("firstname", "lastname", "query", "matches", "why")}


def test_every_vector_says_why() -> None:
    assert all(vector["why"].strip() for vector in WORDS + READINGS + INDEXED + MATCHES)


def test_no_vector_stands_there_twice() -> None:
    texts = [vector["text"] for vector in WORDS]
    read = [vector["text"] for vector in READINGS]
    indexed = [(vector["firstname"], vector["lastname"]) for vector in INDEXED]
    searches = [(vector["firstname"], vector["lastname"], vector["query"]) for vector in MATCHES]

    assert len(set(texts)) == len(texts)
    assert len(set(read)) == len(read)
    assert len(set(indexed)) == len(indexed)
    assert len(set(searches)) == len(searches)


def test_all_three_answers_occur() -> None:
    assert {vector["matches"] for vector in MATCHES} == {True, False, "blank"}


def test_the_vectors_show_every_apostrophe_and_both_cases_of_every_replaced_letter() -> None:
    shown = "".join(vector["text"] for vector in WORDS)

    assert [char for char in names.APOSTROPHES + names.MIDDLE_DOT if char not in shown] == []
    assert [char for char in LATE_JOINERS if char not in shown] == []
    assert [letter for letter in names.LETTERS if letter not in shown or letter.upper() not in shown] == []


def test_the_readings_show_every_hyphen_every_letter_that_is_spelled_out_and_the_most_readings() -> None:
    shown = "".join(vector["text"] for vector in READINGS)

    assert [char for char in names.HYPHENS if char not in shown] == []
    assert [letter for letter in names.UMLAUTS if letter not in shown or letter.upper() not in shown] == []
    assert {len(vector["readings"]) for vector in READINGS} == {1, 2, 4, 8}


def test_the_vectors_hold_on_every_supported_version_of_unicode() -> None:
    """No character that Unicode 14, the oldest supported, does not know; a noncharacter stays unassigned for ever."""
    vectors = WORDS + READINGS + INDEXED + MATCHES
    used = {char for vector in vectors for value in vector.values() if isinstance(value, str) for char in value}

    assert {char for char in used if category(char) == "Cn"} == {"\uffff"}


def test_every_name_of_a_match_could_be_created() -> None:
    for vector in MATCHES:
        given = [name for name in (vector["firstname"], vector["lastname"]) if name]
        different = {word for name in given for word in names.words(name)}

        assert given, vector
        assert all(len(name) <= 255 and "Cc" not in map(category, name) for name in given), vector
        assert len(different) <= names.MAX_WORDS, vector
        assert not any(map(names.is_too_long, different)), vector
