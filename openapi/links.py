"""The links from a response to requests that make sense after it."""

from typing import Any

_OF_GROUP = {"path.dossier_group_id": "$request.path.dossier_group_id"}
_OF_DOSSIER = {**_OF_GROUP, "path.dossier_id": "$request.path.dossier_id"}
_OF_CREATED = {**_OF_GROUP, "path.dossier_id": "$response.body#/id"}
_OF_FIRST_ROW = {**_OF_GROUP, "path.dossier_id": "$response.body#/rows/0/0"}
_GROUP_OF_FIRST_ROW = {"path.dossier_group_id": "$response.body#/rows/0/0"}
_OF_THIS_VERSION = {"header.If-Match": "$response.header.ETag"}


def _link(operation: str, description: str, parameters: dict[str, str]) -> dict[str, Any]:
    return {"operationId": operation, "description": description, "parameters": parameters}


CREATED = {
    "show": _link("showDossier", "Shows the new dossier.", _OF_CREATED),
    "update": _link("updateDossier", "Updates the new dossier.", _OF_CREATED),
    "delete": _link("deleteDossier", "Deletes the new dossier.", _OF_CREATED),
    "find": _link(
        "listGroupDossiers",
        "Finds the new dossier by its external identifier.",
        {**_OF_GROUP, "query.external_identifier": "$request.body#/dossier/external_identifier"},
    ),
}

SHOWN = {
    "update": _link("updateDossier", "Updates this version of the dossier.", _OF_DOSSIER | _OF_THIS_VERSION),
    "delete": _link("deleteDossier", "Deletes this version of the dossier.", _OF_DOSSIER | _OF_THIS_VERSION),
}

UPDATED = {
    "show": _link("showDossier", "Shows the updated dossier.", _OF_DOSSIER),
    **SHOWN,
}

GROUP_LISTED = {
    "show": _link("showDossier", "Shows the first dossier of the page.", _OF_FIRST_ROW),
    "update": _link("updateDossier", "Updates the first dossier of the page.", _OF_FIRST_ROW),
    "delete": _link("deleteDossier", "Deletes the first dossier of the page.", _OF_FIRST_ROW),
}

GROUPS_LISTED = {
    "list": _link("listGroupDossiers", "Lists the dossiers of the first group of the page.", _GROUP_OF_FIRST_ROW),
    "create": _link("createDossier", "Creates a dossier in the first group of the page.", _GROUP_OF_FIRST_ROW),
}
