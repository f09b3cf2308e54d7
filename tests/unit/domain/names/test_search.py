"""A search through the index, as pure functions: what `index_pairs` writes for each name is what `lookups` finds.

The index is played by a dictionary from a pair to the names under it; reading a range is one look into it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dossiers.domain import names
from tests.unit.domain.names import oracle
from tests.unit.domain.names.texts import often, texts


class Name(NamedTuple):
    """The part of a person that is searched."""

    firstname: str
    lastname: str

    def words(self) -> frozenset[str]:
        """The words under which it is indexed."""
        return names.index_words(self)

    def may_be_created(self) -> bool:
        """Whether a create accepts it. Alternative spellings never refuse a name."""
        different = {*names.words(self.firstname), *names.words(self.lastname)}
        return len(different) <= names.MAX_WORDS and not any(map(names.is_too_long, different))

    def is_paired(self) -> bool:
        """Whether every pair of its words has an item."""
        return len(self.words()) <= 9

    def answers(self, query: str) -> bool:
        return oracle.answer(self.firstname, self.lastname, query) is True


class Index:
    """Names by pair, as the table holds them: dossiers are numbered in the order given."""

    def __init__(self, dossiers: Sequence[Name]) -> None:
        self.dossiers = dossiers
        self._under: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, name in enumerate(dossiers):
            for pair in names.index_pairs(name.words()):
                self._under[pair].append(number)

    def read(self, lookup: names.Lookup) -> list[int]:
        """Every item of the range."""
        return self._under.get((lookup.first, lookup.second), [])

    def search(self, query: str) -> list[int]:
        """The dossiers found by any reading of the query. One reading meets each dossier once."""
        found: set[int] = set()
        for reading in names.readings(query):
            met = [
                number
                for lookup in names.lookups(reading)
                for number in self.read(lookup)
                if set(lookup.filter_words) <= self.dossiers[number].words()
            ]
            assert len(set(met)) == len(met)
            found |= set(met)
        return sorted(found)

    def read_by(self, query: str) -> set[int]:
        """Every dossier that a search reads an item of."""
        lookups = chain.from_iterable(map(names.lookups, names.readings(query)))
        return set(chain.from_iterable(map(self.read, lookups)))


# A vocabulary small enough for names to share words, with words that fold to one another and words that only look so.
SPELLINGS = [
    "Jan", "JAN", "jan", "ján", "Jansen", "jansen", "de", "De", "van", "den", "der", "Berg", "berg", "'t", "t", "a",
    "b", "Jansen-de Vries", "vries", "Müller", "MULLER", "mueller", "O'Neil", "oneil", "O Neil", "neil", "o", "Weiß",
    "Anne-Marie", "annemarie", "marie", "d'Ør-Ås", "Oer", "aas", "oeraas", "WEISS", "Ćosić", "cosic", "Łoś", "los",
    "山田", "山", "が", "か\u3099", "か", "한", "\u1112\u1161\u11ab", "Анна", "анна", "\U00010400", "\U00010428",
    "\uff5a", "z", "2", "２", "🙂", "-", "\u3099",
]  # fmt: skip
PLENTY = [f"w{number}" for number in range(48)]


def _names(parts: st.SearchStrategy[str]) -> st.SearchStrategy[Name]:
    return st.builds(Name, parts, parts).filter(Name.may_be_created)


short_names = _names(st.lists(st.sampled_from(SPELLINGS), max_size=5).map(" ".join)).filter(Name.is_paired)
long_names = _names(st.lists(st.sampled_from(SPELLINGS + PLENTY), min_size=7, max_size=24).map(" ".join))
names_of_any_text = _names(texts)
few_short_names = st.lists(short_names, max_size=8)
few_names = st.lists(st.one_of(short_names, long_names), max_size=8)
queries = st.one_of(
    st.lists(st.sampled_from(SPELLINGS), min_size=1, max_size=4).map(" ".join),
    st.lists(st.sampled_from(SPELLINGS + PLENTY), min_size=1, max_size=20).map(" ".join),
)


@st.composite
def names_and_a_query_for_one(draw: st.DrawFn) -> tuple[list[Name], str]:
    """Names, and some words of one of them in any order and casing, so that most queries find something."""
    dossiers = draw(few_names.filter(bool))
    of_one = sorted(draw(st.sampled_from(dossiers)).words()) or ["jan"]
    asked = draw(st.lists(st.sampled_from(of_one), min_size=1, max_size=20))
    return dossiers, " ".join(draw(st.sampled_from([word, word.upper(), word.title()])) for word in asked)


@often
@given(few_names, queries)
def test_a_search_finds_exactly_the_names_that_have_every_word_each_once(dossiers: list[Name], query: str) -> None:
    expected = [number for number, name in enumerate(dossiers) if name.answers(query)]

    assert Index(dossiers).search(query) == expected


@often
@given(names_and_a_query_for_one())
def test_a_search_for_words_of_a_name_finds_it_and_its_likes(dossiers_and_query: tuple[list[Name], str]) -> None:
    dossiers, query = dossiers_and_query
    expected = [number for number, name in enumerate(dossiers) if name.answers(query)]

    assert Index(dossiers).search(query) == expected


@often
@given(st.lists(names_of_any_text, max_size=4), texts)
def test_a_search_finds_exactly_the_right_names_whatever_the_text(dossiers: list[Name], query: str) -> None:
    expected = [number for number, name in enumerate(dossiers) if name.answers(query)]

    assert Index(dossiers).search(query) == expected


@often
@given(few_short_names, st.lists(st.sampled_from(SPELLINGS), min_size=1, max_size=2).map(" ".join))
def test_one_and_two_words_read_no_item_that_they_do_not_answer(dossiers: list[Name], query: str) -> None:
    """For names of up to nine different words, which nearly all are."""
    assume(all(len(set(reading)) <= 2 for reading in names.readings(query)))  # some spellings are more words

    assert Index(dossiers).read_by(query) == {number for number, name in enumerate(dossiers) if name.answers(query)}


@often
@given(few_names, st.sampled_from([*PLENTY, "jan", "de"]))
def test_one_word_reads_no_item_that_it_does_not_answer_in_long_names_either(dossiers: list[Name], word: str) -> None:
    assert Index(dossiers).read_by(word) == {number for number, name in enumerate(dossiers) if name.answers(word)}


# --- What is written ------------------------------------------------------------------------------------------------


def different_words(count: int) -> list[str]:
    return [f"w{number:02}" for number in range(count)]


@pytest.mark.parametrize(("count", "items"), [(0, 0), (1, 1), (2, 3), (3, 6), (4, 10), (8, 36), (9, 45)])
def test_a_name_of_up_to_nine_words_has_an_item_for_each_pair(count: int, items: int) -> None:
    assert len(names.index_pairs(different_words(count))) == items == count * (count + 1) // 2


@pytest.mark.parametrize("count", [10, 11, 20, 47, 48])
def test_a_longer_name_has_one_item_for_each_word(count: int) -> None:
    words = different_words(count)

    assert names.index_pairs(words) == [(word, names.ANY) for word in words]


def test_as_many_words_are_paired_as_the_items_of_a_name_allow() -> None:
    """A name has at most MAX_WORDS items, by pairs or by words."""
    paired = names.MAX_PAIRED_WORDS

    assert paired * (paired + 1) // 2 <= names.MAX_WORDS < (paired + 1) * (paired + 2) // 2


TRANSACTION = 100
"""Items that one TransactWriteItems takes.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""
OLD, NEW = [[f"{letter}{number}" for number in range(names.MAX_WORDS)] for letter in "ab"]
"""Two names of as many words as a name may have, without a common one."""


@often
@given(st.lists(st.sampled_from(OLD + NEW), unique=True, max_size=48), st.sets(st.sampled_from(OLD + NEW), max_size=48))
@example(OLD, set(NEW))
@example(OLD[:9], set(NEW[:9]))
@example(OLD[:9], set(NEW))
@example(OLD, set(NEW[:9]))
@example(OLD[:10], set(NEW[:9]))
def test_one_transaction_can_replace_any_name_with_any_other(old: list[str], new: set[str]) -> None:
    """Beside the items of both names it writes the dossier, the person and two external identifiers."""
    touched = {*names.index_pairs(old), *names.index_pairs(new)}

    assert len(touched) <= 2 * names.MAX_WORDS == 96
    assert len(touched) + len(["dossier", "person", "old identifier", "new identifier"]) <= TRANSACTION


def test_one_transaction_can_create_any_name() -> None:
    """Beside its items it writes the dossier, the person, the external identifier and the idempotency key."""
    most = max(len(names.index_pairs(different_words(count))) for count in range(names.MAX_WORDS + 1))

    assert most == names.MAX_WORDS
    assert most + len(["dossier", "person", "identifier", "idempotency"]) <= TRANSACTION


def test_the_limits_are_the_published_ones() -> None:
    assert (names.MAX_PAIRED_WORDS, names.MAX_WORDS, names.MAX_WORD_BYTES) == (9, 48, 480)


@often
@given(st.lists(st.sampled_from(PLENTY)))
def test_repeated_words_and_their_order_add_no_items(words: list[str]) -> None:
    assert sorted(names.index_pairs(words)) == sorted(names.index_pairs(set(words)))


@often
@given(st.lists(texts, max_size=3).map(" ".join).map(names.words))
def test_no_item_of_a_name_stands_there_twice(words: list[str]) -> None:
    pairs = names.index_pairs(words)

    assert len(set(pairs)) == len(pairs)


@often
@given(st.lists(st.sampled_from([*PLENTY, "\U00010428", "\uff5a", "z", "é", "か\u3099"]), max_size=9))
def test_a_pair_stands_in_code_point_order(words: list[str]) -> None:
    """The order in which DynamoDB sorts UTF-8 as well; UTF-16 would put U+10428 before U+FF5A."""
    assert all([ord(char) for char in a] <= [ord(char) for char in b] for a, b in names.index_pairs(words))


def test_pairs_may_be_made_of_any_iterable() -> None:
    assert names.index_pairs(iter(["doe", "john"])) == [("doe", "doe"), ("doe", "john"), ("john", "john")]


# --- What is read ---------------------------------------------------------------------------------------------------


def ranges(query: Iterable[str]) -> list[tuple[str, str]]:
    return [(lookup.first, lookup.second) for lookup in names.lookups(query)]


def test_one_word_reads_its_pair_with_itself_and_the_long_names() -> None:
    assert names.lookups(["jan"]) == (names.Lookup("jan", "jan", ()), names.Lookup("jan", names.ANY, ()))


def test_a_word_asked_for_twice_is_one_word() -> None:
    assert names.lookups(["jan", "jan"]) == names.lookups(["jan"])


def test_two_words_read_their_pair_and_the_long_names() -> None:
    pair, long_names = names.lookups(["jan", "jansen"])

    assert pair == names.Lookup("jan", "jansen", ())
    assert long_names == names.Lookup("jansen", names.ANY, ("jan",))


def test_more_words_read_the_pair_of_the_two_longest() -> None:
    pair, long_names = names.lookups(["jan", "de", "vries", "jansen"])

    assert (pair.first, pair.second, set(pair.filter_words)) == ("jansen", "vries", {"jan", "de"})
    assert (long_names.first, long_names.second, set(long_names.filter_words)) == (
        "jansen",
        names.ANY,
        {"jan", "de", "vries"},
    )


@given(st.lists(st.sampled_from(SPELLINGS + PLENTY), min_size=1))
def test_the_order_of_the_words_asked_for_changes_nothing(asked: list[str]) -> None:
    assert names.lookups(asked) == names.lookups(asked[::-1]) == names.lookups(sorted(asked))


@often
@given(texts)
def test_a_reading_reads_two_ranges_or_none(query: str) -> None:
    assert {len(ranges(reading)) for reading in names.readings(query)} <= {0, 2}


def test_no_words_read_nothing_rather_than_everything() -> None:
    assert ranges([]) == []


def test_more_words_than_a_name_may_have_read_nothing() -> None:
    assert ranges(different_words(names.MAX_WORDS)) != []
    assert ranges(different_words(names.MAX_WORDS + 1)) == []


@pytest.mark.parametrize("letter", ["a", "é", "山", "\U00010428"])
def test_a_word_longer_than_a_name_may_have_reads_nothing(letter: str) -> None:
    longest = letter * (names.MAX_WORD_BYTES // len(letter.encode()))

    assert ranges([longest]) == [(longest, longest), (longest, names.ANY)]
    assert ranges([longest + letter]) == []
    assert ranges(["jan", longest + letter]) == []


@pytest.mark.parametrize(
    ("word", "too_long"), [("a" * 480, False), ("a" * 481, True), ("山" * 160, False), ("山" * 161, True)]
)
def test_the_length_of_a_word_is_counted_in_bytes(word: str, too_long: bool) -> None:
    assert names.is_too_long(word) is too_long
