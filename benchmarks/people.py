"""Made-up people whose names are spread as real ones are: a few names that very many have, many that few have.

The same people each time. The people of a small group are the first ones of a large group.
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

# The chance of the n-th most common name is proportional to 1 / (n + shift), Zipf's law as Mandelbrot mended it. With
# these the first of the first names is had by one in 42 people and the first of the last names by one in 160, which is
# about what Jan and De Jong are in the Netherlands.
_FIRST_NAMES, _FIRST_SHIFT = 5_000, 6
_LAST_NAMES, _LAST_SHIFT = 50_000, 21

FIRSTNAME, LASTNAME = "Jan", "Jansen"
"""The most common first name and the most common last name."""

MATCHES = (100, 300, 700)
"""Who is called both, in a group of any size: a search for the two has the same answer in all of them."""


@dataclass(frozen=True)
class Dossier:
    """One dossier, as far as searches go."""

    id: str
    firstname: str
    lastname: str
    birth_year: int
    gender: str

    @property
    def row(self) -> str:
        """The row, as a create would make it."""
        names = {"firstname": self.firstname, "lastname": self.lastname}
        return rows.row(self.id, names | {"gender": self.gender, "birthdate": f"{self.birth_year}-01-01"})

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

    def having(self, word: str) -> Iterator[Dossier]:
        """Those with this word in their name."""
        first = [word in _words(_firstname(number)) for number in range(_FIRST_NAMES)]
        last = [word in _words(_lastname(number)) for number in range(_LAST_NAMES)]
        for number, (firstname, lastname) in enumerate(self._names):
            if first[firstname] or last[lastname]:
                yield self.dossier(number)

    def namesakes(self) -> Counter[str]:
        """How many people have each word in their names."""
        found: Counter[str] = Counter()
        for (first, last), count in Counter(self._names).items():
            for word in _words(_firstname(first)) | _words(_lastname(last)):
                found[word] += count
        return found

    def dossier(self, number: int) -> Dossier:
        """The dossier of this number."""
        id_ = str(UUID(bytes=blake2b(number.to_bytes(8), digest_size=16).digest(), version=4))
        firstname, lastname = self._names[number]
        return Dossier(id_, _firstname(firstname), _lastname(lastname), 1920 + number % 100, "FM"[number % 2])

    @cached_property
    def _names(self) -> list[tuple[int, int]]:
        chance = random.Random("names")  # noqa: S311 - the same ones each time is what is asked of it
        first, last = _weights(_FIRST_NAMES, _FIRST_SHIFT), _weights(_LAST_NAMES, _LAST_SHIFT)
        drawn = []
        for start in range(0, self.size, 1000):  # a thousand at a time: a smaller group draws the same
            count = min(1000, self.size - start)
            thousand = zip(
                chance.choices(range(_FIRST_NAMES), cum_weights=first, k=1000),
                chance.choices(range(_LAST_NAMES), cum_weights=last, k=1000),
                strict=True,
            )
            drawn += list(thousand)[:count]
        # Chance would make more matches in a larger group. Those get the second name instead.
        named = [(first, last or 1) if first == 0 else (first, last) for first, last in drawn]
        for number in MATCHES:
            if number < self.size:
                named[number] = (0, 0)
        return named


def _weights(count: int, shift: int) -> list[float]:
    return list(accumulate(1 / (number + shift) for number in range(count)))


_SYLLABLES = ("ba", "de", "fi", "go", "hu", "ja", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu", "wa")


@cache
def _firstname(number: int) -> str:
    return FIRSTNAME if number == 0 else _made(number) + "n"


@cache
def _lastname(number: int) -> str:
    """One in four has a particle, which is a word of its own."""
    if number == 0:
        return LASTNAME
    return ("de " if number % 8 == 3 else "van " if number % 8 == 7 else "") + _made(number) + "stra"


def _made(number: int) -> str:
    """A name of at least two syllables, another for each number."""
    number += len(_SYLLABLES)
    made = ""
    while number:
        number, syllable = divmod(number, len(_SYLLABLES))
        made += _SYLLABLES[syllable]
    return made.capitalize()


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(names.words(name))
