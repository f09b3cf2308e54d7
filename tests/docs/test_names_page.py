"""docs/names.md says what `dossiers.domain.names` does: its tables, its examples and its program are tried here."""

import re
import sys
from pathlib import Path
from types import ModuleType
from unicodedata import normalize, unidata_version

import pytest

from dossiers.domain import names
from tests.unit.domain.names.texts import LATE_JOINERS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "names.md").read_text(encoding="utf-8")


def table(header: str) -> list[list[str]]:
    """The rows below the table header that begins so, each as its cells."""
    lines = iter(line.strip() for line in PAGE.splitlines())
    while not next(lines).startswith(header):
        pass
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def quoted(cell: str) -> list[str]:
    """What stands between backticks in a cell."""
    return re.findall(r"`([^`]*)`", cell)


def character(code_point: str) -> str:
    return chr(int(code_point.removeprefix("U+"), 16))


def test_the_page_names_every_apostrophe() -> None:
    rows = table("| apostrophe |")

    assert [character(code_point) for _, code_point, _ in rows] == list(names.APOSTROPHES)
    assert [shown.removeprefix("\\") for shown, _, _ in rows] == list(names.APOSTROPHES)


def test_the_page_names_every_character_that_disappears_only_after_folding() -> None:
    rows = table("| character |")

    assert [character(code_point) for _, code_point, _ in rows] == list(LATE_JOINERS)
    assert [shown for shown, _, _ in rows] == list(LATE_JOINERS)
    for _, code_point, contained in rows:
        folded = normalize("NFKD", normalize("NFKD", character(code_point)).casefold())
        assert character(contained) in folded
        assert character(contained) in names.APOSTROPHES + names.MIDDLE_DOT


def test_the_page_names_the_middle_dot() -> None:
    assert f"`{names.MIDDLE_DOT}` (U+{ord(names.MIDDLE_DOT):04X})" in PAGE


def test_the_page_names_every_replaced_letter() -> None:
    rows = table("| letter |")

    assert {character(code_point): quoted(becomes)[0] for _, code_point, becomes in rows} == names.LETTERS
    assert [shown for shown, _, _ in rows] == [character(code_point) for _, code_point, _ in rows]


def test_the_page_names_every_umlaut_and_how_it_is_spelled_out() -> None:
    rows = table("| umlaut |")

    assert {
        low: quoted(spelled)[0] for (low, _), spelled in ((row[0].split(), row[2]) for row in rows)
    } == names.UMLAUTS
    for shown, code_points, _ in rows:
        assert shown.split() == [character(code_point) for code_point in code_points.split()]
        assert shown.split()[1] == shown.split()[0].upper()


def test_the_page_names_every_hyphen() -> None:
    [sentence] = re.findall(r"The hyphens are (.+?)\. Other", PAGE, re.DOTALL)

    assert [character(code_point) for code_point in re.findall(r"U\+[0-9A-F]{4}", sentence)] == list(names.HYPHENS)


def test_the_readings_come_in_the_order_of_the_page() -> None:
    """Each change concerns a part of the text of its own, so that a reading shows which changes were made."""
    made = [[cell == "yes" for cell in cells] for _, *cells in table("| reading |")]

    assert names.readings("ü b-c d'e") == [
        ["ue" if spelled else "u", *(["bc"] if joined else ["b", "c"]), *(["d", "e"] if spaced else ["de"])]
        for spelled, joined, spaced in made
    ]


@pytest.mark.parametrize(("text", "readings"), table("| written |"))
def test_the_examples_of_readings_are_true(text: str, readings: str) -> None:
    [example] = quoted(text)

    assert [" ".join(reading) for reading in names.readings(example)] == quoted(readings)


@pytest.mark.parametrize(("text", "words"), table("| text |"))
def test_the_examples_of_words_are_true(text: str, words: str) -> None:
    [example] = quoted(text)

    assert [normalize("NFC", word) for word in names.words(example)] == quoted(words)


@pytest.mark.parametrize(("firstname", "lastname", "query", "answer"), table("| firstname |"))
def test_the_examples_of_searches_are_true(firstname: str, lastname: str, query: str, answer: str) -> None:
    had = names.index_words(quoted(firstname) + quoted(lastname))
    [text] = quoted(query)
    readings = names.readings(text)

    found = any(set(reading) <= had for reading in readings)
    assert answer == ("refused" if not readings[0] else "found" if found else "not found")


@pytest.mark.parametrize("line", re.findall(r"`[^`]+` is not `[^`]+`", PAGE))
def test_what_the_page_says_is_another_word_is_another_word(line: str) -> None:
    query, name = quoted(line)

    had = names.index_words([name])
    assert not any(set(reading) <= had for reading in names.readings(query))


def test_the_page_gives_the_limits() -> None:
    assert f"at most {names.MAX_WORD_BYTES} bytes" in PAGE
    assert f"at most {names.MAX_WORDS} different words" in PAGE
    assert f"A word of more than {names.MAX_WORD_BYTES} bytes" in PAGE
    assert "at most eight readings" in PAGE


def test_the_page_gives_the_version_of_unicode_of_this_python() -> None:
    versions = dict(table("| Python |"))
    here = f"{sys.version_info.major}.{sys.version_info.minor}"

    assert unidata_version == f"{versions[here]}.0"


def test_the_program_on_the_page_runs_the_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    [program] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    client = ModuleType("my_client")
    monkeypatch.setitem(sys.modules, "my_client", client)
    monkeypatch.chdir(DOCS)

    def run(words: object, readings: object) -> None:
        vars(client).update(words=words, readings=readings)
        exec(program, {})  # noqa: S102 - the page's own lines

    run(names.words, names.readings)
    with pytest.raises(AssertionError):  # a client that folds nothing
        run(str.split, names.readings)
    with pytest.raises(AssertionError):  # a client that knows no alternative spelling
        run(names.words, lambda text: [names.words(text)])
