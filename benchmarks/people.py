"""Made-up people whose names are distributed like real names: a few are very common, and most are rare.

Each run makes the same people. The people of a small group are the first people of a large group.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import blake2b
from itertools import accumulate
from uuid import UUID

from dossiers.domain import names, rows
from dossiers.domain.content import Content

# The probability of the n-th most common name is proportional to 1 / (n + shift): the Zipf–Mandelbrot law. With these
# numbers one in 42 people has the most common first name, and one in 160 the most common last name. That is about as
# common as Jan and De Jong are in the Netherlands.
_FIRST_NAMES, _FIRST_SHIFT = 5_000, 6
_LAST_NAMES, _LAST_SHIFT = 50_000, 21

FIRSTNAME, LASTNAME = "Jan", "Jansen"
"""The most common first name and the most common last name."""

MATCHES = (100, 300, 700)
"""The numbers of the people who have both, in a group of any size: a search for both finds the same people in all."""


@dataclass(frozen=True)
class Dossier:
    """The part of a dossier that lists and searches read."""

    id: str
    firstname: str
    lastname: str
    birth_year: int
    gender: str

    @property
    def content(self) -> Content:
        """The content that a create would store."""
        names = {"firstname": self.firstname, "lastname": self.lastname}
        return Content(f"EPD-{self.id}", names | {"gender": self.gender, "birthdate": f"{self.birth_year}-01-01"})

    @property
    def row(self) -> str:
        """The row that a create would store."""
        return rows.row(self.id, self.content.person)

    @property
    def words(self) -> frozenset[str]:
        """The different words of the name."""
        return _words(self.firstname) | _words(self.lastname)


@dataclass(frozen=True)
class People:
    """The dossiers of one group."""

    size: int

    def __iter__(self) -> Iterator[Dossier]:
        return map(self.dossier, range(self.size))

    def with_word(self, word: str) -> Iterator[Dossier]:
        """The people who have this word in their name."""
        first = [word in _words(_firstname(number)) for number in range(_FIRST_NAMES)]
        last = [word in _words(_lastname(number)) for number in range(_LAST_NAMES)]
        for number, (firstname, lastname) in enumerate(self._names):
            if first[firstname] or last[lastname]:
                yield self.dossier(number)

    def count_by_word(self) -> Counter[str]:
        """Word -> the number of people who have it in their name."""
        people: Counter[str] = Counter()
        for (first, last), count in Counter(self._names).items():
            for word in _words(_firstname(first)) | _words(_lastname(last)):
                people[word] += count
        return people

    def dossier(self, number: int) -> Dossier:
        """The dossier with this number, from 0 to size - 1."""
        id_ = str(UUID(bytes=blake2b(number.to_bytes(8), digest_size=16).digest(), version=4))
        firstname, lastname = self._names[number]
        return Dossier(id_, _firstname(firstname), _lastname(lastname), 1920 + number % 100, "FM"[number % 2])

    @cached_property
    def _names(self) -> list[tuple[int, int]]:
        generator = random.Random("names")  # noqa: S311 - it must make the same names in each run
        first, last = _weights(_FIRST_NAMES, _FIRST_SHIFT), _weights(_LAST_NAMES, _LAST_SHIFT)
        drawn = []
        for start in range(0, self.size, 1000):  # in thousands, so that a smaller group draws the same names
            count = min(1000, self.size - start)
            thousand = zip(
                generator.choices(range(_FIRST_NAMES), cum_weights=first, k=1000),
                generator.choices(range(_LAST_NAMES), cum_weights=last, k=1000),
                strict=True,
            )
            drawn += list(thousand)[:count]
        # A larger group would have more matches by chance: these people get the second last name instead.
        numbers = [(first, last or 1) if first == 0 else (first, last) for first, last in drawn]
        for match in MATCHES:
            if match < self.size:
                numbers[match] = (0, 0)
        return numbers


def _weights(count: int, shift: int) -> list[float]:
    return list(accumulate(1 / (number + shift) for number in range(count)))


_SYLLABLES = ("ba", "de", "fi", "go", "hu", "ja", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu", "wa")


@cache
def _firstname(number: int) -> str:
    return FIRSTNAME if number == 0 else _make_name(number) + "n"


@cache
def _lastname(number: int) -> str:
    """One name in four has a particle, which is a separate word."""
    if number == 0:
        return LASTNAME
    return ("de " if number % 8 == 3 else "van " if number % 8 == 7 else "") + _make_name(number) + "stra"


def _make_name(number: int) -> str:
    """A name of at least two syllables, different for each number."""
    number += len(_SYLLABLES)
    name = ""
    while number:
        number, syllable = divmod(number, len(_SYLLABLES))
        name += _SYLLABLES[syllable]
    return name.capitalize()


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(names.words(name))
