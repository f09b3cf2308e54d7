"""The operations: what each request takes and returns. template.yaml has their routes."""

from dataclasses import dataclass, field
from typing import Any

from dossiers.api.response import BASE_PATH
from dossiers.domain.errors import Keyword
from dossiers.domain.roles import Role
from openapi import examples, links, responses
from openapi.errors import INVALID
from openapi.json_schema import ref

_GROUP = f"{BASE_PATH}/dossier_groups/{{dossier_group_id}}/dossiers"
_DOSSIER = f"{_GROUP}/{{dossier_id}}"

DOSSIERS_TAG, GROUPS_TAG = "dossiers", "dossier groups"

_ALWAYS = ("Unauthorized", "BodyTooLarge", "TooManyRequests", "HeadersTooLarge", "InternalError", "TryAgain")

_A_PAGE = "The list is paginated: `Link` has the URL of the next page."


@dataclass(frozen=True)
class Body:
    """The body of a request: the schema by its name, and examples."""

    schema: str
    description: str
    examples: dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """An operation. `role`: the one that a user needs in the dossier group, None if no group is in the path.

    `key`: method and path. `success`: the response by its status. `invalid`: the schema of the 422. `errors`: the
    shared error responses that not every operation has.
    """

    id: str
    key: str
    summary: str
    description: str
    parameters: tuple[str, ...]
    success: dict[str, dict[str, Any]]
    invalid: str
    invalid_example: dict[str, list[str]]
    errors: tuple[str, ...]
    role: Role | None = None
    body: Body | None = None
    tag: str = DOSSIERS_TAG
    links: dict[str, Any] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return self.key.partition(" ")[0].lower()

    @property
    def path(self) -> str:
        return self.key.partition(" ")[2]

    @property
    def object(self) -> dict[str, Any]:
        """The operation as the document has it."""
        can_be_taken = Keyword.TAKEN in INVALID[self.invalid].get("external_identifier", ())
        error_responses = {responses.error_status(name): ref(name, "responses") for name in (*_ALWAYS, *self.errors)}
        error_responses[responses.INVALID_STATUS] = responses.invalid(
            self.invalid, self.invalid_example, can_be_taken=can_be_taken
        )
        role = "" if self.role is None else f" Requires the role `{self.role}`."
        success = {
            status: {**body, **({"links": self.links} if self.links else {})} for status, body in self.success.items()
        }
        return {
            "operationId": self.id,
            "summary": self.summary,
            "description": f"{self.description}{role}",
            "tags": [self.tag],
            **({"parameters": [ref(name, "parameters") for name in self.parameters]} if self.parameters else {}),
            **({} if self.body is None else {"requestBody": _request_body(self.body)}),
            "responses": success | dict(sorted(error_responses.items())),
        }


def _request_body(body: Body) -> dict[str, Any]:
    content = {"application/json": {"schema": ref(body.schema), "examples": body.examples}}
    return {"description": body.description, "required": True, "content": content}


def _dossiers() -> dict[str, dict[str, Any]]:
    shown = examples.by_name(
        found=("A list", examples.DOSSIERS),
        nothing=("A list without dossiers", examples.NO_DOSSIERS),
    )
    return {"200": responses.table("DossierTable", shown)}


_SEARCH_EXAMPLES = examples.by_name(
    name=("By name", {"name": examples.NAME}),
    name_and_birthdate=("By name and birthdate", {"name": examples.NAME, "birthdate": examples.BIRTHDATE}),
    everything=("Every dossier", {}),
)

OPERATIONS = (
    Operation(
        id="listDossierGroups",
        key=f"GET {BASE_PATH}/dossier_groups",
        summary="List dossier groups",
        description=f"Lists the dossier groups that are granted to the user, and the role in each, ordered by id. "
        f"{_A_PAGE}",
        parameters=("Limit", "GroupCursor"),
        success={
            "200": responses.table(
                "DossierGroupTable", examples.by_name(groups=("A list of groups", examples.DOSSIER_GROUPS))
            )
        },
        invalid="DossierGroupListErrors",
        invalid_example={"limit": ["invalid"]},
        errors=("NoRoute",),
        tag=GROUPS_TAG,
        links=links.GROUPS_LISTED,
    ),
    Operation(
        id="listDossiers",
        key=f"GET {BASE_PATH}/dossiers",
        summary="List or search dossiers in all groups",
        description="Lists the dossiers of all groups that are granted to the user, or those of them whose name has "
        f"all words of `name`. {_A_PAGE}",
        parameters=("Name", "Birthdate", "Limit", "Cursor"),
        success=_dossiers(),
        invalid="DossierListErrors",
        invalid_example={"external_identifier": ["dossier_group_id_required"], "limit": ["invalid"]},
        errors=("NoRoute",),
    ),
    Operation(
        id="searchDossiers",
        key=f"POST {BASE_PATH}/dossiers/search",
        summary="Search dossiers in all groups, with the filters in the body",
        description="Returns what `listDossiers` returns. No URL, and so no log and no browser history, contains the "
        f"name. {_A_PAGE}",
        parameters=("Limit", "Cursor"),
        body=Body("DossierSearch", "What to search for.", _SEARCH_EXAMPLES),
        success=_dossiers(),
        invalid="DossierListErrors",
        invalid_example={"name": ["blank"]},
        errors=("InvalidJson", "NoRoute"),
    ),
    Operation(
        id="listGroupDossiers",
        key=f"GET {_GROUP}",
        summary="List or search the dossiers of a group",
        description="Lists the dossiers of the group, those of them whose name has all words of `name`, or the one "
        f"with exactly that `external_identifier`. {_A_PAGE}",
        parameters=("DossierGroupId", "Name", "Birthdate", "ExternalIdentifier", "Limit", "Cursor"),
        success=_dossiers(),
        invalid="GroupDossierListErrors",
        invalid_example={"name": ["blank"]},
        errors=("GroupNotFound",),
        role=Role.READER,
        links=links.GROUP_LISTED,
    ),
    Operation(
        id="searchGroupDossiers",
        key=f"POST {_GROUP}/search",
        summary="Search the dossiers of a group, with the filters in the body",
        description="Returns what `listGroupDossiers` returns. No URL, and so no log and no browser history, contains "
        f"the name or the identifier. {_A_PAGE}",
        parameters=("DossierGroupId", "Limit", "Cursor"),
        body=Body(
            "GroupDossierSearch",
            "What to search for.",
            {
                **_SEARCH_EXAMPLES,
                **examples.by_name(
                    external_identifier=(
                        "By external identifier",
                        {"external_identifier": examples.EXTERNAL_IDENTIFIER},
                    )
                ),
            },
        ),
        success=_dossiers(),
        invalid="GroupDossierListErrors",
        invalid_example={"external_identifier": ["blank"]},
        errors=("InvalidJson", "GroupNotFound"),
        role=Role.READER,
        links=links.GROUP_LISTED,
    ),
    Operation(
        id="createDossier",
        key=f"POST {_GROUP}",
        summary="Create a dossier",
        description="Creates a dossier in the group, completely or not at all. At least one field has a value. With an "
        "`Idempotency-Key` or an external identifier, the request can be repeated without creating a second dossier.",
        parameters=("DossierGroupId", "IdempotencyKey"),
        body=Body(
            "DossierDocument",
            "The fields of the dossier. All are optional.",
            examples.by_name(
                all_fields=("Every field", examples.DOCUMENT),
                short=("A few fields", examples.SHORT_DOCUMENT),
            ),
        ),
        success={"200": responses.creation()},
        invalid="CreateErrors",
        invalid_example={"email": ["invalid_email"], "birthdate": ["invalid_date"]},
        errors=("InvalidJson", "Forbidden", "GroupNotFound"),
        role=Role.EDITOR,
        links=links.CREATED,
    ),
    Operation(
        id="showDossier",
        key=f"GET {_DOSSIER}",
        summary="Show a dossier",
        description="Returns the dossier and its person.",
        parameters=("DossierGroupId", "DossierId"),
        success={"200": responses.dossier("The dossier.", examples.dossier())},
        invalid="ShowErrors",
        invalid_example={"nmae": ["unknown"]},
        errors=("DossierNotFound",),
        role=Role.READER,
        links=links.SHOWN,
    ),
    Operation(
        id="updateDossier",
        key=f"PATCH {_DOSSIER}",
        summary="Update a dossier",
        description="Applies a JSON Merge Patch (RFC 7396) to the dossier and returns it: an omitted field is "
        "unchanged, a field that is null is removed, any other value replaces. At least one field must remain. A "
        "patch that changes nothing keeps the version.",
        parameters=("DossierGroupId", "DossierId", "IfMatch"),
        body=Body(
            "DossierDocument",
            "The fields to change. null removes a field. null for `dossier` or `person` changes nothing.",
            examples.by_name(
                person=("Change one field, and remove another", examples.PATCH),
                external_identifier=("Change the external identifier", examples.IDENTIFIER_PATCH),
            ),
        ),
        success={"200": responses.dossier("The dossier after the update.", examples.dossier(examples.PATCH["person"]))},
        invalid="UpdateErrors",
        invalid_example={"external_identifier": ["taken"]},
        errors=("InvalidJson", "Forbidden", "DossierNotFound", "Stale"),
        role=Role.EDITOR,
        links=links.UPDATED,
    ),
    Operation(
        id="deleteDossier",
        key=f"DELETE {_DOSSIER}",
        summary="Delete a dossier",
        description="Deletes the dossier, its person and everything by which it is found. Its external identifier is "
        "free again.",
        parameters=("DossierGroupId", "DossierId", "IfMatch"),
        success={"204": responses.deletion()},
        invalid="DeleteErrors",
        invalid_example={"if_match": ["invalid"]},
        errors=("Forbidden", "DossierNotFound", "Stale"),
        role=Role.MANAGER,
    ),
)
