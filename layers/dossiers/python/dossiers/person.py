"""What a create may hold. The only module that imports pydantic, and imported by `creating` alone: a list need not
load it.
"""

import re
from collections.abc import Container
from datetime import date
from functools import cached_property
from typing import Annotated

import email_validator
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from dossiers import names, text
from dossiers.errors import Keyword, Problem
from dossiers.json_object import JsonObject

# The library refuses domains such as `.local` and `.test` as not deliverable worldwide. They are addresses all the
# same, and hospitals use them. Clearing its list is its documented way to say so.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_LINE_BREAK = re.compile("\r\n?")

MIN_BIRTH_YEAR = 1850
"""The first year of a birthdate. An earlier one, such as 0027, is a typing error."""

_KEYWORDS = frozenset(Keyword)


def _broken(keyword: Keyword) -> PydanticCustomError:
    return PydanticCustomError(keyword, "breaks a rule")


def _given(value: object, *, has_lines: bool = False) -> str | None:
    """The trimmed text, None when nothing is left of it. `has_lines`: it may hold line breaks."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise _broken(Keyword.INVALID)
    value = text.trimmed(value)
    if has_lines:
        value = _LINE_BREAK.sub("\n", value)
    if not text.is_printable(value.replace("\n", "") if has_lines else value):
        raise _broken(Keyword.INVALID)
    if len(value) > text.MAX_LENGTH:
        raise _broken(Keyword.TOO_LONG)
    return value or None


def _given_lines(value: object) -> str | None:
    return _given(value, has_lines=True)


def _name(value: str | None) -> str | None:
    if value is not None and any(names.is_too_long(word) for word in names.words(value)):
        raise _broken(Keyword.TOO_LONG)
    return value


def _email(value: str | None) -> str | None:
    if value is not None:
        try:
            email_validator.validate_email(value, check_deliverability=False)
        except email_validator.EmailNotValidError as exc:
            raise _broken(Keyword.INVALID_EMAIL) from exc
    return value


def _gender(value: str | None) -> str | None:
    if value not in (None, "M", "F"):
        raise _broken(Keyword.INCLUSION)
    return value


def _birthdate(value: str | None) -> str | None:
    if value is not None:
        try:
            # Of a date whose day or month is unknown, the first day that it can be.
            first = date.fromisoformat(f"{value}-01-01"[:10] if _DATE.fullmatch(value) else "")
        except ValueError as exc:
            raise _broken(Keyword.INVALID_DATE) from exc
        if first.year < MIN_BIRTH_YEAR:
            raise _broken(Keyword.INVALID_DATE)
    return value


Text = Annotated[str | None, BeforeValidator(_given)]
Lines = Annotated[str | None, BeforeValidator(_given_lines)]
Name = Annotated[Text, AfterValidator(_name)]


def _object(value: object) -> object:
    return {} if value is None else value


class _Sent(BaseModel):
    # Nothing sent is silently dropped, and no error quotes what was sent.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Dossier(_Sent):
    """Dossier info. `external_identifier`: the id from the EPD or other source that the patient is identified from."""

    external_identifier: Text = None


class Person(_Sent):
    """The person whom the dossier is about. `subject_code` is for research, to retrieve anonymous data by."""

    firstname: Name = None
    lastname: Name = None
    initials: Text = None
    email: Annotated[Text, AfterValidator(_email)] = None
    phone_home: Text = None
    phone_work: Text = None
    phone_cell: Text = None
    birthdate: Annotated[Text, AfterValidator(_birthdate)] = None
    gender: Annotated[Text, AfterValidator(_gender)] = None
    country_of_birth: Text = None
    street: Lines = None
    city: Text = None
    zipcode: Text = None
    country: Text = None
    subject_code: Text = None

    @property
    def fields(self) -> dict[str, str]:
        """The fields that were given."""
        return self.model_dump(exclude_none=True)

    @cached_property
    def words(self) -> set[str]:
        """The different words of the name."""
        return {word for name in (self.firstname, self.lastname) if name is not None for word in names.words(name)}


class NewDossier(_Sent):
    """The body of a create."""

    dossier: Annotated[Dossier, BeforeValidator(_object)] = Field(default_factory=Dossier)
    person: Annotated[Person, BeforeValidator(_object)] = Field(default_factory=Person)

    @property
    def is_blank(self) -> bool:
        """Whether no field at all was given."""
        return self.dossier.external_identifier is None and not self.person.fields


def validated(document: JsonObject, today: date) -> tuple[NewDossier, list[Problem]]:
    """What was sent; and the first rule that each field breaks, and each name that is no field's.

    `today` is the latest date that it is anywhere: no birthdate is after it. With problems, the first value is empty.
    """
    broken: dict[str, Keyword] = {}
    unknown: list[Problem] = []
    try:
        new = NewDossier.model_validate(document)
    except ValidationError as exc:
        new = NewDossier()
        for line in exc.errors(include_url=False, include_context=False, include_input=False):
            name = str(line["loc"][-1])
            if line["type"] == "extra_forbidden":
                unknown.append((text.reported(name), Keyword.UNKNOWN))
            else:
                broken[name] = Keyword(line["type"]) if line["type"] in _KEYWORDS else Keyword.INVALID

    sound = _sound(document, broken) if broken or unknown else new.person
    # A birthdate without a day or a month is compared with this year or this month.
    if sound.birthdate is not None and sound.birthdate > today.isoformat()[: len(sound.birthdate)]:
        broken["birthdate"] = Keyword.IN_FUTURE
    if len(sound.words) > names.MAX_WORDS:
        given = [field for field in ("firstname", "lastname") if field in sound.fields]
        broken |= dict.fromkeys(given, Keyword.TOO_MANY_WORDS)
    return new, [*broken.items(), *unknown]


def _sound(document: JsonObject, broken: Container[str]) -> Person:
    """The person with those fields that break no rule by themselves, for the rules that look further."""
    sent = document.get("person")
    if not isinstance(sent, dict):
        return Person()
    return Person.model_validate({field: sent.get(field) for field in Person.model_fields if field not in broken})
