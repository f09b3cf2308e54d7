"""What a new dossier may hold. Only what creates dossiers imports this module: it loads pydantic."""

import re
from collections.abc import Container, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Annotated, Any

import email_validator
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from dossiers.domain import names, text
from dossiers.domain.errors import Keyword, Problem, refuse

# The library refuses domains such as `.local` and `.test` as not deliverable worldwide. They are addresses all the
# same, and hospitals use them. Clearing its list is its documented way to say so.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_LINE_BREAK = re.compile("\r\n?")

MIN_BIRTH_YEAR = 1850
"""The first year of a birthdate. An earlier one, such as 0027, is a typing error."""

NAMES = ("firstname", "lastname")
"""The fields whose words are searched."""

_EARLIEST_TIME_ZONE = timedelta(hours=14)
"""UTC+14, the Line Islands, where a day begins first. No birthdate is later than the date there."""

_KEYWORDS = frozenset(Keyword)


def _error(keyword: Keyword) -> PydanticCustomError:
    return PydanticCustomError(keyword, "breaks a rule")


def _parse_text(value: object, *, has_lines: bool = False) -> str | None:
    """The trimmed text, None when nothing is left of it. `has_lines`: it may hold line breaks."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise _error(Keyword.INVALID)
    value = text.trim(value)
    if has_lines:
        value = _LINE_BREAK.sub("\n", value)
    if not text.is_printable(value.replace("\n", "") if has_lines else value):
        raise _error(Keyword.INVALID)
    if len(value) > text.MAX_LENGTH:
        raise _error(Keyword.TOO_LONG)
    return value or None


def _parse_lines(value: object) -> str | None:
    return _parse_text(value, has_lines=True)


def _check_name(value: str | None) -> str | None:
    if value is not None and any(names.is_too_long(word) for word in names.words(value)):
        raise _error(Keyword.TOO_LONG)
    return value


def _check_email(value: str | None) -> str | None:
    if value is not None:
        try:
            email_validator.validate_email(value, check_deliverability=False)
        except email_validator.EmailNotValidError as exc:
            raise _error(Keyword.INVALID_EMAIL) from exc
    return value


def _check_gender(value: str | None) -> str | None:
    if value not in (None, "M", "F"):
        raise _error(Keyword.INCLUSION)
    return value


def _check_birthdate(value: str | None) -> str | None:
    if value is not None:
        try:
            # Of a date whose day or month is unknown, the first day that it can be.
            first = date.fromisoformat(f"{value}-01-01"[:10] if _DATE.fullmatch(value) else "")
        except ValueError as exc:
            raise _error(Keyword.INVALID_DATE) from exc
        if first.year < MIN_BIRTH_YEAR:
            raise _error(Keyword.INVALID_DATE)
    return value


Text = Annotated[str | None, BeforeValidator(_parse_text)]
Lines = Annotated[str | None, BeforeValidator(_parse_lines)]
Name = Annotated[Text, AfterValidator(_check_name)]


def _parse_object(value: object) -> object:
    return {} if value is None else value


class _Model(BaseModel):
    # Nothing sent is silently dropped, and no error quotes what was sent.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Dossier(_Model):
    """Dossier info. `external_identifier`: the id from the EPD or other source that the patient is identified from."""

    external_identifier: Text = None


class Person(_Model):
    """The person whom the dossier is about. `subject_code` is for research, to retrieve anonymous data by."""

    firstname: Name = None
    lastname: Name = None
    initials: Text = None
    email: Annotated[Text, AfterValidator(_check_email)] = None
    phone_home: Text = None
    phone_work: Text = None
    phone_cell: Text = None
    birthdate: Annotated[Text, AfterValidator(_check_birthdate)] = None
    gender: Annotated[Text, AfterValidator(_check_gender)] = None
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
        return words(self.fields)


class NewDossier(_Model):
    """The body of a create."""

    dossier: Annotated[Dossier, BeforeValidator(_parse_object)] = Field(default_factory=Dossier)
    person: Annotated[Person, BeforeValidator(_parse_object)] = Field(default_factory=Person)

    @property
    def is_blank(self) -> bool:
        """Whether no field at all was given."""
        return self.dossier.external_identifier is None and not self.person.fields


def validate(document: dict[str, Any], now: datetime) -> tuple[NewDossier, list[Problem]]:
    """The dossier in a JSON object of the form `{"dossier": {…}, "person": {…}}`, and its problems.

    The problems are the first rule that each field breaks, and each name that is no field's. With problems, the dossier
    is empty. `now` is in UTC.
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
                unknown.append((text.shorten(name), Keyword.UNKNOWN))
            else:
                broken[name] = Keyword(line["type"]) if line["type"] in _KEYWORDS else Keyword.INVALID

    valid = _valid_part(document, broken) if broken or unknown else new.person
    # A birthdate without a day or a month is compared with this year or this month.
    latest = (now + _EARLIEST_TIME_ZONE).date().isoformat()
    if valid.birthdate is not None and valid.birthdate > latest[: len(valid.birthdate)]:
        broken["birthdate"] = Keyword.IN_FUTURE
    if len(valid.words) > names.MAX_WORDS:
        broken |= dict.fromkeys((name for name in NAMES if name in valid.fields), Keyword.TOO_MANY_WORDS)
    return new, [*broken.items(), *unknown]


def parse(document: dict[str, Any], now: datetime) -> NewDossier:
    """The dossier in a JSON object, as `validate` takes it. Raises Invalid with all problems."""
    new, problems = validate(document, now)
    refuse(problems)
    return new


def words(fields: Mapping[str, str]) -> set[str]:
    """The different words of a person's name."""
    return {word for name in NAMES if name in fields for word in names.words(fields[name])}


def _valid_part(document: dict[str, Any], broken: Container[str]) -> Person:
    """The person with those fields that break no rule by themselves, for the rules that concern several."""
    sent = document.get("person")
    if not isinstance(sent, dict):
        return Person()
    return Person.model_validate({field: sent.get(field) for field in Person.model_fields if field not in broken})
