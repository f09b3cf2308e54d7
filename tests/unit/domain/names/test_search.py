"""Searches by name as pure functions: `lookups` finds the pairs that `index_pairs` makes of each name.

A dictionary of pair -> names stands in for the index. One lookup in it stands for the read of a range.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dossiers.domain import names
from tests.unit.domain.names import oracle
from tests.unit.domain.names.texts import often, texts


@dataclass(frozen=True)
class Name:
    """The part of a person that is searched."""

    firstname: str
    lastname: str

    def words(self) -> list[str]:
        return names.words(self.firstname) + names.words(self.lastname)

    def may_be_created(self) -> bool:
        """Whether a create accepts a name of these words."""
        different = set(self.words())
        return len(different) <= names.MAX_WORDS and not any(map(names.is_too_long, different))

    def is_paired(self) -> bool:
        """Whether every pair of its words has an item."""
        return len(set(self.words())) <= 9

    def matches(self, query: str) -> bool:
        return oracle.search(self.firstname, self.lastname, query) is True


class Index:
    """Names by pair, as in the table. Dossiers are numbered in the given order."""

    def __init__(self, dossiers: Sequence[Name]) -> None:
        self.dossiers = dossiers
        self._by_pair: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, name in enumerate(dossiers):
            for pair in names.index_pairs(name.words()):
                self._by_pair[pair].append(number)

    def read(self, lookup: names.Lookup) -> list[int]:
        """Every item of the range."""
        return self._by_pair.get((lookup.first, lookup.second), [])

    def search(self, query: str) -> list[int]:
        """The numbers of the dossiers that a query finds, in the order in which they are read."""
        return [
            number
            for lookup in names.lookups(names.words(query))
            for number in self.read(lookup)
            if set(lookup.filter_words) <= set(self.dossiers[number].words())
        ]


# The vocabulary is so small that names share words. Some words fold to each other, and some only look as if they did.
SPELLINGS = [
    "Jan", "JAN", "jan", "ján", "Jansen", "jansen", "de", "De", "van", "den", "der", "Berg", "berg", "'t", "t", "a",
    "b", "Jansen-de Vries", "vries", "Müller", "MULLER", "mueller", "O'Neil", "oneil", "O Neil", "neil", "Weiß",
    "WEISS", "Ćosić", "cosic", "Łoś", "los", "山田", "山", "が", "か\u3099", "か", "한", "\u1112\u1161\u11ab", "Анна",
    "анна", "\U00010400", "\U00010428", "\uff5a", "z", "2", "２", "🙂", "-", "\u3099",
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
    of_one = draw(st.sampled_from(dossiers)).words() or ["jan"]
    query_words = draw(st.lists(st.sampled_from(of_one), min_size=1, max_size=20))
    return dossiers, " ".join(draw(st.sampled_from([word, word.upper(), word.title()])) for word in query_words)


@often
@given(few_names, queries)
def test_a_search_finds_each_name_that_has_every_word_once_and_no_other(dossiers: list[Name], query: str) -> None:
    expected = [number for number, name in enumerate(dossiers) if name.matches(query)]

    assert sorted(Index(dossiers).search(query)) == expected


@often
@given(names_and_a_query_for_one())
def test_a_search_for_words_of_a_name_finds_every_name_that_has_them(
    dossiers_and_query: tuple[list[Name], str],
) -> None:
    dossiers, query = dossiers_and_query
    expected = [number for number, name in enumerate(dossiers) if name.matches(query)]

    assert sorted(Index(dossiers).search(query)) == expected


@often
@given(st.lists(names_of_any_text, max_size=4), texts)
def test_a_search_finds_exactly_the_matching_names_whatever_the_text(dossiers: list[Name], query: str) -> None:
    expected = [number for number, name in enumerate(dossiers) if name.matches(query)]

    assert sorted(Index(dossiers).search(query)) == expected


@often
@given(few_short_names, st.lists(st.sampled_from(SPELLINGS), min_size=1, max_size=2).map(" ".join))
def test_a_search_for_one_or_two_words_reads_only_matching_items(dossiers: list[Name], query: str) -> None:
    """For names of up to nine different words, which nearly all are."""
    assume(len(set(names.words(query))) <= 2)  # some spellings are two words
    index = Index(dossiers)

    read = sorted(chain.from_iterable(map(index.read, names.lookups(names.words(query)))))

    assert read == [number for number, name in enumerate(dossiers) if name.matches(query)]


@often
@given(few_names, st.sampled_from([*PLENTY, "jan", "de"]))
def test_a_search_for_one_word_reads_only_matching_items_of_long_names_too(dossiers: list[Name], word: str) -> None:
    index = Index(dossiers)

    read = sorted(chain.from_iterable(map(index.read, names.lookups([word]))))

    assert read == [number for number, name in enumerate(dossiers) if name.matches(word)]


# --- Written items ----------------------------------------------------------------------------------------------------


def different_words(count: int) -> list[str]:
    return [f"w{number:02}" for number in range(count)]


@pytest.mark.parametrize(("count", "items"), [(0, 0), (1, 1), (2, 3), (3, 6), (4, 10), (8, 36), (9, 45)])
def test_a_name_of_up_to_nine_words_has_an_item_for_each_pair(count: int, items: int) -> None:
    assert len(names.index_pairs(different_words(count))) == items == count * (count + 1) // 2


@pytest.mark.parametrize("count", [10, 11, 20, 47, 48])
def test_a_longer_name_has_one_item_for_each_word(count: int) -> None:
    words = different_words(count)

    assert names.index_pairs(words) == [(word, names.ANY) for word in words]


def test_the_limit_on_pairs_is_the_largest_that_the_limit_on_items_allows() -> None:
    """A name has at most MAX_WORDS items, by pairs or by words."""
    paired = names.MAX_PAIRED_WORDS

    assert paired * (paired + 1) // 2 <= names.MAX_WORDS < (paired + 1) * (paired + 2) // 2


TRANSACTION = 100
"""Items of one TransactWriteItems, the most that DynamoDB accepts.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""
OLD, NEW = [[f"{letter}{number}" for number in range(names.MAX_WORDS)] for letter in "ab"]
"""Two names with the maximal number of words and no common word."""


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
def test_no_item_of_a_name_is_repeated(words: list[str]) -> None:
    pairs = names.index_pairs(words)

    assert len(set(pairs)) == len(pairs)


@often
@given(st.lists(st.sampled_from([*PLENTY, "\U00010428", "\uff5a", "z", "é", "か\u3099"]), max_size=9))
def test_the_words_of_a_pair_are_in_code_point_order(words: list[str]) -> None:
    """The order in which DynamoDB sorts UTF-8 as well; UTF-16 would put U+10428 before U+FF5A."""
    assert all([ord(char) for char in a] <= [ord(char) for char in b] for a, b in names.index_pairs(words))


def test_pairs_may_be_made_of_any_iterable() -> None:
    assert names.index_pairs(iter(["doe", "john"])) == [("doe", "doe"), ("doe", "john"), ("john", "john")]


# --- Read ranges ------------------------------------------------------------------------------------------------------


def ranges(query: Iterable[str]) -> list[tuple[str, str]]:
    return [(lookup.first, lookup.second) for lookup in names.lookups(query)]


def test_one_word_reads_its_pair_with_itself_and_the_long_names() -> None:
    assert names.lookups(["jan"]) == (names.Lookup("jan", "jan", ()), names.Lookup("jan", names.ANY, ()))


def test_a_repeated_word_of_a_query_is_one_word() -> None:
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
def test_the_order_of_the_words_of_a_query_does_not_matter(query_words: list[str]) -> None:
    assert names.lookups(query_words) == names.lookups(query_words[::-1]) == names.lookups(sorted(query_words))


@often
@given(texts)
def test_a_search_reads_two_ranges_or_none(query: str) -> None:
    assert len(ranges(names.words(query))) in {0, 2}


def test_a_query_without_words_reads_nothing() -> None:
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
