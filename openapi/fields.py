"""The fields of a dossier: what each holds, the schema of its value, and the keywords that an error has for it.

A schema describes the value as it is stored and returned. A request may hold it with white space around it; the
service trims that.
"""

from dataclasses import dataclass, field
from typing import Any

from email_validator.rfc_constants import EMAIL_MAX_LENGTH

from dossiers.domain import names, text
from dossiers.domain.birthdates import MIN_BIRTH_YEAR
from dossiers.domain.content import PERSON_FIELDS
from dossiers.domain.errors import Keyword
from openapi.json_schema import Schema

PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*$"
"""Texts without control characters (category Cc)."""

LINES = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
"""Texts without control characters other than line breaks (LF)."""

BIRTHDATE = r"^(18[5-9][0-9]|19[0-9]{2}|[2-9][0-9]{3})(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
"""`YYYY-MM-DD`, `YYYY-MM` or `YYYY`, from 1850 on."""

EVERY_FIELD = (Keyword.INVALID, Keyword.TOO_LONG)
"""The keywords of the rules that all fields have."""


@dataclass(frozen=True)
class Field:
    """A field of text. `schema`: what is special about its value. `keywords`: those of its own rules."""

    description: str
    example: str
    keywords: tuple[Keyword, ...] = ()
    schema: dict[str, Any] = field(default_factory=dict)

    @property
    def value(self) -> Schema:
        """The schema of the field's value."""
        common = {"type": "string", "minLength": 1, "maxLength": text.MAX_LENGTH, "pattern": PRINTABLE}
        return {**common, **self.schema, "description": self.description, "examples": [self.example]}

    @property
    def error(self) -> tuple[Keyword, ...]:
        """The keywords that an error can have for the field."""
        return (*EVERY_FIELD, *self.keywords)


_NAME_RULES = (
    f"Letters of every script are accepted. A folded word has at most {names.MAX_WORD_BYTES} bytes of UTF-8. First "
    f"name and last name together have at most {names.MAX_WORDS} different words."
)

EXTERNAL_IDENTIFIER = Field(
    "Id of the patient in the EPD (electronic patient record) or in another source. It is unique in its dossier group, "
    "and is compared exactly.",
    "EPD-1234",
    (Keyword.TAKEN,),
)

_PERSON = {
    "firstname": Field(f"First name. Its words are searched. {_NAME_RULES}", "John", (Keyword.TOO_MANY_WORDS,)),
    "lastname": Field(f"Last name. Its words are searched. {_NAME_RULES}", "Doe", (Keyword.TOO_MANY_WORDS,)),
    "initials": Field("Initials.", "J."),
    "email": Field(
        f"E-mail address of at most {EMAIL_MAX_LENGTH} bytes of UTF-8. The service checks the syntax only. It refuses "
        "a domain without a dot, an IP address, a quoted local part and a display name.",
        "john.doe@example.com",
        (Keyword.INVALID_EMAIL,),
        # Letters of every script: the format `email` is ASCII.
        {"format": "idn-email", "maxLength": EMAIL_MAX_LENGTH},
    ),
    "phone_home": Field("Telephone number at home.", "020 555 0123"),
    "phone_work": Field("Telephone number at work.", "020 555 0124"),
    "phone_cell": Field("Mobile telephone number.", "06 5550 0125"),
    "birthdate": Field(
        f"Date of birth as `YYYY-MM-DD`, or as `YYYY-MM` or `YYYY` when the rest is unknown. It is a date of the "
        f"calendar, not before {MIN_BIRTH_YEAR}, and not later than the current date anywhere on earth (UTC+14).",
        "1980-02-23",
        (Keyword.INVALID_DATE, Keyword.IN_FUTURE),
        {"pattern": BIRTHDATE, "maxLength": len("YYYY-MM-DD"), "minLength": len("YYYY")},
    ),
    "gender": Field("`M` for male, `F` for female.", "M", (Keyword.INCLUSION,)),
    "country_of_birth": Field("Country of birth.", "Netherlands"),
    "street": Field("Street and number. May contain line breaks.", "Kerkstraat 1", (), {"pattern": LINES}),
    "city": Field("City.", "Amsterdam"),
    "zipcode": Field("Postal code.", "1017 GA"),
    "country": Field("Country.", "Netherlands"),
    "subject_code": Field("Code by which research retrieves the anonymous data of the person.", "S-0042"),
}

PERSON = {name: _PERSON[name] for name in PERSON_FIELDS}
"""The fields of a person, in the order in which a dossier shows them."""
