"""The body of a create or an update, and the rules for its fields.

This module loads pydantic. Only the functions that create and update dossiers import it.
"""

import re
from collections.abc import Container
from datetime import datetime
from typing import Annotated, Any

import email_validator
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from dossiers.domain import birthdates, names, text
from dossiers.domain.content import Content
from dossiers.domain.errors import Keyword, Problem, refuse

# The library refuses domains such as `.local` and `.test` as not deliverable worldwide. They are addresses all the
# same, and hospitals use them. Clearing its list is its documented way to say so.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

GENDERS = ("M", "F")
"""Male and female."""

_LINE_BREAK = re.compile("\r\n?")

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
    if value not in (None, *GENDERS):
        raise _error(Keyword.INCLUSION)
    return value


def _check_birthdate(value: str | None) -> str | None:
    if value is not None and not birthdates.is_birthdate(value):
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


class DossierDocument(_Model):
    """The body of a create or an update."""

    dossier: Annotated[Dossier, BeforeValidator(_parse_object)] = Field(default_factory=Dossier)
    person: Annotated[Person, BeforeValidator(_parse_object)] = Field(default_factory=Person)

    @property
    def content(self) -> Content:
        """The fields that have a value."""
        return Content(self.dossier.external_identifier, self.person.model_dump(exclude_none=True))

    def merge(self, content: Content) -> Content:
        """The content after this JSON Merge Patch (RFC 7396).

        A field that was sent with a value replaces. A field that was sent without one is removed. A field that was not
        sent is unchanged.
        """
        identifier = content.external_identifier
        if "external_identifier" in self.dossier.model_fields_set:
            identifier = self.dossier.external_identifier
        person = {**content.person, **{field: getattr(self.person, field) for field in self.person.model_fields_set}}
        return Content(identifier, {field: value for field, value in person.items() if value is not None})


def validate(document: dict[str, Any], now: datetime) -> tuple[DossierDocument, list[Problem]]:
    """The fields in a JSON object of the form `{"dossier": {…}, "person": {…}}`, and their problems.

    The problems are the first rule that each field breaks by itself, and each unknown name. The returned document lacks
    the fields that break a rule. Content.problems reports the rules about several fields. `now` is in UTC.
    """
    broken: dict[str, Keyword] = {}
    unknown: list[Problem] = []
    try:
        valid = DossierDocument.model_validate(document)
    except ValidationError as exc:
        for line in exc.errors(include_url=False, include_context=False, include_input=False):
            name = str(line["loc"][-1])
            if line["type"] == "extra_forbidden":
                unknown.append((text.shorten(name), Keyword.UNKNOWN))
            else:
                broken[name] = Keyword(line["type"]) if line["type"] in _KEYWORDS else Keyword.INVALID

        valid = DossierDocument(person=_valid_person(document, broken))
    birthdate = valid.person.birthdate
    if birthdate is not None and birthdates.is_in_future(birthdate, now):
        broken["birthdate"] = Keyword.IN_FUTURE
    return valid, [*broken.items(), *unknown]


def parse(document: dict[str, Any], now: datetime) -> DossierDocument:
    """The fields in a JSON object, as `validate` takes it. Raises Invalid with all problems."""
    valid, problems = validate(document, now)
    refuse([*problems, *valid.content.name_problems])
    return valid


def _valid_person(document: dict[str, Any], broken: Container[str]) -> Person:
    """The fields of the person that break no rule by themselves."""
    sent = document.get("person")
    if not isinstance(sent, dict):
        return Person()
    return Person.model_validate({field: sent.get(field) for field in Person.model_fields if field not in broken})
