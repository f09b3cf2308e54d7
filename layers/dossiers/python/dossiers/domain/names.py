"""Names: from text to words, and from words to the pairs that the index holds. The rules are published in
docs/names.md.

A text is turned into words by the same function when a dossier is written and when it is searched for. A text with
apostrophes, umlauts or hyphens has several readings: a name is indexed under the words of all of them, and a search
finds the names that hold all words of at least one.
"""

from collections.abc import Iterable
from itertools import chain, combinations_with_replacement, islice, product
from typing import NamedTuple
from unicodedata import category, normalize

APOSTROPHES = "'’‘ʼ`´ʻʽʾʿʹꞌ′‛׳"
"""Apostrophes, and what people type or transliterate in their place: okina, ayin, primes, saltillo, geresh."""

HYPHENS = "-\u2010\u2011\u2013"
"""Hyphen-minus, hyphen, non-breaking hyphen and en dash."""

UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"}
"""Letters that people spell out where a keyboard lacks them. Their capitals are spelled out in the same way."""

MIDDLE_DOT = "·"
"""Joins as an apostrophe does: the Catalan `l·l`, of which `ŀ` (U+0140) holds the first half."""

# Letters that no Unicode normalisation takes apart, and what people type instead of them. `ß` -> `ss` is case folding.
LETTERS = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
    "ħ": "h",
    "ŋ": "n",
    "ŧ": "t",
    "ĸ": "k",
    "ə": "e",
    "ɓ": "b",
    "ɗ": "d",
    "ƙ": "k",
    "ƴ": "y",
}

MAX_WORDS = 48
"""Different words in one name. A name has at most this many index items, so that one transaction can replace a name.

A transaction takes 100 items: the index items of the old and the new name (96), dossier, person and two identifiers.
"""
MAX_WORD_BYTES = 480
"""UTF-8 bytes of one folded word: two of them and a group fit in DynamoDB's 2,048 bytes of partition key and 1,024 of
sort key.
"""
MAX_PAIRED_WORDS = 9
"""Different words up to which every pair has an index item of its own: 9 * 10 / 2 = 45. With 10 words it would be 55,
more than MAX_WORDS.
"""

ANY = "*"
"""Takes the place of the second word in the index items of a name with too many words for pairs. No word contains it.
"""

_ACCENTS = dict.fromkeys(range(0x0300, 0x0370))
_FOLDED = {ord(letter): folded for letter, folded in LETTERS.items()}
_APOSTROPHES = frozenset(APOSTROPHES)
_HYPHENS = dict.fromkeys(map(ord, HYPHENS))
_UMLAUTS = {ord(letter): spelled for low, spelled in UMLAUTS.items() for letter in (low, low.upper())}
_VARIATION_SELECTORS = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}


class Lookup(NamedTuple):
    """One range of the index: the items of the pair (`first`, `second`) whose name also holds all `filter_words`."""

    first: str
    second: str
    filter_words: tuple[str, ...] = ()


def words(text: str) -> list[str]:
    """The folded words of a text, in their order, repeated ones kept: `O'Neil-Jansen` -> `["oneil", "jansen"]`."""
    return _words(text, apostrophe="")


def readings(text: str) -> list[list[str]]:
    """The words of a text in each of its readings, at most eight; those of `words` come first.

    The other readings have apostrophes replaced by spaces instead of removed, umlauts spelled out, hyphens removed, and
    every combination of these. Readings of the same words are one reading.
    """
    texts = dict.fromkeys(
        changed.translate(_HYPHENS) if joined else changed
        for changed in (text, normalize("NFC", text).translate(_UMLAUTS))
        for joined in (False, True)
    )
    # A character beyond ASCII can become an apostrophe when it is folded.
    apostrophes = ("", " ") if not text.isascii() or not _APOSTROPHES.isdisjoint(text) else ("",)
    found: dict[frozenset[str], list[str]] = {}
    for changed, apostrophe in product(texts, apostrophes):
        reading = _words(changed, apostrophe)
        found.setdefault(frozenset(reading), reading)
    return list(found.values())


def index_words(name: Iterable[str]) -> frozenset[str]:
    """The words under which a name is indexed: those of all readings of its parts, at most MAX_WORDS.

    The words of the first readings come first, so that an alternative spelling never displaces one of them. `name`:
    the first name and the last name. Alternative spellings over MAX_WORD_BYTES are left out.
    """
    parts = [readings(part) for part in name]
    first = [word for part in parts for word in part[0]]
    others = [word for part in parts for reading in part[1:] for word in reading if not is_too_long(word)]
    return frozenset(islice(dict.fromkeys(chain(first, others)), MAX_WORDS))


def index_pairs(name: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs under which a name of these words is indexed: one index item each, at most MAX_WORDS.

    Up to MAX_PAIRED_WORDS different words: every pair a <= b, each word with itself included. Beyond: every word with
    ANY.
    """
    different = sorted(set(name))
    if len(different) <= MAX_PAIRED_WORDS:
        return list(combinations_with_replacement(different, 2))
    return [(word, ANY) for word in different]


def lookups(query: Iterable[str]) -> tuple[Lookup, ...]:
    """The ranges of the index that together hold exactly the names with all these words, each name once.

    The first range holds names that are indexed by pairs. It is the pair of the two longest words, which are likely the
    rarest; a single word is paired with itself. The second range holds the long names, under the longest word.
    There are no ranges for a query that no name can match: one that exceeds the limits of a name.
    """
    different = sorted(set(query), key=lambda word: (-len(word), word))
    if not different or len(different) > MAX_WORDS or any(is_too_long(word) for word in different):
        return ()
    longest, *others = different
    first, second = sorted((longest, others[0] if others else longest))
    return Lookup(first, second, tuple(others[1:])), Lookup(longest, ANY, tuple(others))


def is_too_long(word: str) -> bool:
    """Whether a folded word is over MAX_WORD_BYTES."""
    return len(word.encode()) > MAX_WORD_BYTES


def _words(text: str, apostrophe: str) -> list[str]:
    """The words of a text whose apostrophes are replaced by `apostrophe`."""
    folded = _without_invisible(text, apostrophe)
    folded = normalize("NFKD", normalize("NFKD", folded).casefold())
    folded = folded.translate(_ACCENTS).translate(_FOLDED)
    return _runs(_without_invisible(folded, apostrophe))


def _without_invisible(text: str, apostrophe: str) -> str:
    """The text without middle dots, format characters and variation selectors: these join what they stand between."""
    return "".join(
        apostrophe if char in _APOSTROPHES else char
        for char in text
        if char != MIDDLE_DOT and category(char) != "Cf" and ord(char) not in _VARIATION_SELECTORS
    )


def _runs(text: str) -> list[str]:
    """The maximal runs of letters, marks and digits that hold at least one letter or digit."""
    spaced = "".join(char if category(char)[0] in "LMN" else " " for char in text)
    return [run for run in spaced.split(" ") if any(category(char)[0] in "LN" for char in run)]
