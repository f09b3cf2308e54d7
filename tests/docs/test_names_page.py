"""docs/names.md agrees with `dossiers.domain.names`: the tests use its tables, its examples and its program."""

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
    """The cells of each row of the table whose header begins with this text."""
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


def code_in(cell: str) -> list[str]:
    """The texts between backticks in a cell."""
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

    assert {character(code_point): code_in(becomes)[0] for _, code_point, becomes in rows} == names.LETTERS
    assert [shown for shown, _, _ in rows] == [character(code_point) for _, code_point, _ in rows]


@pytest.mark.parametrize(("text", "words"), table("| text |"))
def test_the_examples_of_words_are_true(text: str, words: str) -> None:
    [example] = code_in(text)

    assert [normalize("NFC", word) for word in names.words(example)] == code_in(words)


@pytest.mark.parametrize(("firstname", "lastname", "query", "result"), table("| firstname |"))
def test_the_examples_of_searches_are_true(firstname: str, lastname: str, query: str, result: str) -> None:
    name_words = {word for part in code_in(firstname) + code_in(lastname) for word in names.words(part)}
    query_words = {word for part in code_in(query) for word in names.words(part)}

    assert result == ("refused" if not query_words else "found" if query_words <= name_words else "not found")


@pytest.mark.parametrize("line", re.findall(r"`[^`]+` is not `[^`]+`", PAGE))
def test_what_the_page_says_is_another_word_is_another_word(line: str) -> None:
    one, other = code_in(line)

    assert names.words(one) != names.words(other)


def test_the_page_gives_the_limits() -> None:
    assert f"at most {names.MAX_WORD_BYTES} bytes" in PAGE
    assert f"at most {names.MAX_WORDS} different words" in PAGE


def test_the_page_gives_the_version_of_unicode_of_this_python() -> None:
    versions = dict(table("| Python |"))
    here = f"{sys.version_info.major}.{sys.version_info.minor}"

    assert unidata_version == f"{versions[here]}.0"


def test_the_program_on_the_page_runs_the_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    [program] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    client = ModuleType("my_client")
    monkeypatch.setitem(sys.modules, "my_client", client)
    monkeypatch.chdir(DOCS)

    client.words = names.words  # type: ignore[attr-defined]
    exec(program, {})  # noqa: S102 - the page's own lines

    client.words = str.split  # type: ignore[attr-defined]
    with pytest.raises(AssertionError):
        exec(program, {})  # noqa: S102 - the program must fail for a client that folds nothing
