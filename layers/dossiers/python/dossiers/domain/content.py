"""What a dossier holds: the fields that have a value. No pydantic here: every function may import this module."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from dossiers.domain import names
from dossiers.domain.errors import BASE, Keyword, Problem

PERSON_FIELDS = (
    "firstname", "lastname", "initials", "email", "phone_home", "phone_work", "phone_cell", "birthdate", "gender",
    "country_of_birth", "street", "city", "zipcode", "country", "subject_code",
)  # fmt: skip
"""The fields of a person, in the order in which a dossier shows them."""

NAMES = ("firstname", "lastname")
"""The fields whose words are searched."""


@dataclass(frozen=True)
class Content:
    """The external identifier, if there is one, and the fields of the person that have a value."""

    external_identifier: str | None
    person: Mapping[str, str]

    @property
    def birthdate(self) -> str | None:
        """The birthdate, if it is known."""
        return self.person.get("birthdate")

    @cached_property
    def index_words(self) -> frozenset[str]:
        """The words under which the name is indexed, alternative spellings included."""
        return names.index_words(self.person[field] for field in NAMES if field in self.person)

    @cached_property
    def index_pairs(self) -> list[tuple[str, str]]:
        """The pairs of words under which the name is indexed: one index item each."""
        return names.index_pairs(self.index_words)

    @cached_property
    def name_problems(self) -> list[Problem]:
        """The problem of a name with more than MAX_WORDS different words. Alternative spellings do not count."""
        present = [field for field in NAMES if field in self.person]
        if len({word for field in present for word in names.words(self.person[field])}) > names.MAX_WORDS:
            return [(field, Keyword.TOO_MANY_WORDS) for field in present]
        return []

    def problems(self) -> list[Problem]:
        """The problems of the fields together: no field has a value, or the name has too many words."""
        if self.external_identifier is None and not self.person:
            return [(BASE, Keyword.BLANK)]
        return self.name_problems
