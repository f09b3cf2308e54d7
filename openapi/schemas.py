"""The schemas of what succeeds: a dossier, the body that creates or updates one, the bodies of searches, tables."""

from dossiers.api.list_criteria import MAX_BYTES
from dossiers.domain import person, text
from dossiers.domain.birthdates import MIN_BIRTH_YEAR
from dossiers.domain.roles import Role
from dossiers.domain.rows import HEADERS
from dossiers.usecases import group_list
from openapi import examples, fields
from openapi.json_schema import Schema, anchor, closed_object, nullable, of_length, ref

_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"

_TRIMMING = (
    "White space and format characters are trimmed from both ends of every field. null, and a text that is empty after "
    "trimming, count as a field without a value."
)


def _group_id() -> Schema:
    return {
        "type": "string",
        "pattern": anchor(text.GROUP_ID),
        "minLength": 1,
        "maxLength": 64,
        "description": "Id of a dossier group, the unit of access.",
        "examples": [examples.GROUP],
    }


def _dossier_id() -> Schema:
    return {
        "type": "string",
        "format": "uuid",
        "pattern": anchor(text.DOSSIER_ID),
        "description": "Id of a dossier: a UUID of version 4 in lower case.",
        "examples": [examples.DOSSIER_ID],
    }


def _gender() -> Schema:
    return {"type": "string", "enum": list(person.GENDERS), "description": fields.PERSON["gender"].description}


def _role() -> Schema:
    return {
        "type": "string",
        "enum": [role.value for role in Role],
        "description": "The role of the user in a group. `reader` lists, searches and shows dossiers, `editor` also "
        "creates and updates them, `manager` also deletes them.",
    }


def _moment(description: str) -> Schema:
    return {"type": "string", "format": "date-time", "pattern": _MOMENT, "description": description}


def _person() -> dict[str, Schema]:
    """The fields of a person, each of which may be null."""
    return {name: nullable(ref("Gender") if name == "gender" else field.value) for name, field in fields.PERSON.items()}


def _document() -> dict[str, Schema]:
    """The body that creates or updates a dossier."""
    return {
        "DossierDocument": closed_object(
            {"dossier": nullable(ref("DossierFields")), "person": nullable(ref("PersonFields"))},
            required=(),
            description=f"The fields to create a dossier with, or a JSON Merge Patch (RFC 7396) of a dossier. "
            f"{_TRIMMING}",
        ),
        "DossierFields": closed_object(
            {"external_identifier": nullable(fields.EXTERNAL_IDENTIFIER.value)},
            required=(),
            description="Fields of the dossier itself.",
        ),
        "PersonFields": closed_object(
            _person(), required=(), description="Fields of the person whom the dossier is about."
        ),
    }


def _dossier() -> dict[str, Schema]:
    """The dossier as it is returned: every field is present."""
    return {
        "DossierResource": closed_object(
            {
                "id": ref("DossierId"),
                "dossier": ref("DossierInfo"),
                "person": ref("Person"),
                "created_at": _moment("When the dossier was created, in UTC."),
                "updated_at": _moment("When the dossier was last updated, or created, in UTC."),
            },
            description="A dossier and its person. Every field is present. A field without a value is null.",
        ),
        "DossierInfo": closed_object(
            {"external_identifier": nullable(fields.EXTERNAL_IDENTIFIER.value)},
            description="The fields of the dossier itself.",
        ),
        "Person": closed_object(_person(), description="The person whom the dossier is about."),
        "CreatedDossier": closed_object({"id": ref("DossierId")}, description="The dossier that the request created."),
    }


COLUMNS: dict[str, Schema] = {
    "id": ref("DossierId"),
    "birth_year": nullable(
        {
            "type": "integer",
            "minimum": MIN_BIRTH_YEAR,
            "maximum": 9999,
            "description": "Year of the birthdate. It has a value too when day and month are unknown.",
        }
    ),
    "gender": nullable(ref("Gender")),
    "firstname": nullable(fields.PERSON["firstname"].value),
    "lastnameid": nullable({**fields.PERSON["lastname"].value, "description": "The last name. It contains no id."}),
}
"""The schema of each column of a list of dossiers."""

GROUP_COLUMNS: dict[str, Schema] = {
    "id": ref("DossierGroupId"),
    "role": ref("Role"),
}
"""The schema of each column of a list of dossier groups."""


def _column(headers: tuple[str, ...]) -> Schema:
    return {"type": "string", "enum": list(headers), "description": "The name of a column."}


def _table(name: str, headers: tuple[str, ...], of: str) -> Schema:
    """A table of `name`, whose columns and rows are components. Clients that are generated for Python cannot read an
    array with a `const` at each place, so the order of the headers is in words.
    """
    return closed_object(
        {
            "headers": of_length(
                len(headers),
                items=ref(f"{name}Column"),
                uniqueItems=True,
                description=f"The names of the columns, in the order of the values of a row: {', '.join(headers)}.",
            ),
            "rows": {"type": "array", "items": ref(f"{name}Row"), "description": f"A row for each {of}."},
        },
        description=f"A page of a list: a row for each {of}. `rows` is empty if there is none.",
    )


def _row(headers: tuple[str, ...], columns: dict[str, Schema], of: str) -> Schema:
    return of_length(
        len(headers),
        prefixItems=[columns[header] for header in headers],
        description=f"A {of}: {', '.join(headers)}. A column without a value is null.",
    )


def _search() -> dict[str, Schema]:
    """The bodies of the POST searches."""
    both = {"name": name_query(), "birthdate": birthdate_query()}
    return {
        "DossierSearch": closed_object(
            both,
            required=(),
            description="What to search for in all groups. An empty object finds every dossier.",
            dependentRequired={"birthdate": ["name"]},
        ),
        "GroupDossierSearch": closed_object(
            {**both, "external_identifier": identifier_query()},
            required=(),
            description="What to search for in the group: `name` or `external_identifier`, not both. An empty object "
            "finds every dossier.",
            dependentRequired={"birthdate": ["name"]},
            dependentSchemas={"external_identifier": {"maxProperties": 1}},
        ),
    }


def name_query() -> Schema:
    """The words of a name, in a search."""
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_BYTES,
        "description": "Words of the name. A dossier is found if each is a whole word of its first name or last name. "
        f"Order, case and accents do not matter. At least one letter or digit, and at most {MAX_BYTES} bytes of UTF-8.",
        "examples": [examples.NAME],
    }


def birthdate_query() -> Schema:
    """The birthdate next to a name, in a search."""
    return {
        **fields.PERSON["birthdate"].value,
        "description": "Keeps only the dossiers found by `name` whose birthdate is compatible: of the two, the "
        "shorter is the beginning of the longer. Requires `name`.",
    }


def identifier_query() -> Schema:
    """The external identifier, in a search."""
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_BYTES,
        "description": "External identifier of the dossier, compared exactly. It finds one dossier or none. At most "
        f"{MAX_BYTES} bytes of UTF-8.",
        "examples": [examples.EXTERNAL_IDENTIFIER],
    }


def schemas() -> dict[str, Schema]:
    """All schemas of this module, by their names in the document."""
    return {
        "DossierGroupId": _group_id(),
        "DossierId": _dossier_id(),
        "Gender": _gender(),
        "Role": _role(),
        **_document(),
        **_dossier(),
        **_search(),
        "DossierTable": _table("Dossier", HEADERS, "dossier"),
        "DossierColumn": _column(HEADERS),
        "DossierRow": _row(HEADERS, COLUMNS, "dossier"),
        "DossierGroupTable": _table("DossierGroup", group_list.HEADERS, "dossier group"),
        "DossierGroupColumn": _column(group_list.HEADERS),
        "DossierGroupRow": _row(group_list.HEADERS, GROUP_COLUMNS, "dossier group"),
    }
