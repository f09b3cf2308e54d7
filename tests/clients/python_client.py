"""Drives the Python client that is generated from docs/openapi.yaml: `python python_client.py API_URL TOKEN`.

test_generated.py runs this program and checks its types in a folder that has the package dossiers_client.
"""

import sys
from uuid import UUID

from dossiers_client import AuthenticatedClient
from dossiers_client.api.dossiers import (
    create_dossier,
    delete_dossier,
    search_group_dossiers,
    show_dossier,
    update_dossier,
)
from dossiers_client.models import (
    CreatedDossier,
    CreateErrors,
    DossierColumn,
    DossierDocument,
    DossierFields,
    DossierResource,
    DossierTable,
    GroupDossierSearch,
    PersonFields,
)

GROUP = "noord"


def create(client: AuthenticatedClient, key: str) -> UUID:
    person = PersonFields(firstname="Sanne", lastname="Pythonclient", birthdate="1980-02-23")
    body = DossierDocument(dossier=DossierFields(external_identifier=f"GENERATED-{key}"), person=person)
    response = create_dossier.sync(GROUP, client=client, body=body, idempotency_key=key)
    assert isinstance(response, CreatedDossier), response
    dossier_id: UUID = response.id
    return dossier_id


def main(url: str, token: str) -> None:
    client = AuthenticatedClient(base_url=url, token=token)
    dossier_id = create(client, "python")
    assert create(client, "python") == dossier_id

    table = search_group_dossiers.sync(GROUP, client=client, body=GroupDossierSearch(name="sanne pythonclient"))
    assert isinstance(table, DossierTable), table
    assert [row[table.headers.index(DossierColumn.ID)] for row in table.rows] == [dossier_id]

    shown = show_dossier.sync_detailed(GROUP, dossier_id, client=client)
    assert isinstance(shown.parsed, DossierResource), shown
    assert shown.parsed.person.lastname == "Pythonclient"

    patch = DossierDocument(person=PersonFields(lastname="Updated"))
    etag = shown.headers["ETag"]
    updated = update_dossier.sync_detailed(GROUP, dossier_id, client=client, body=patch, if_match=etag)
    assert isinstance(updated.parsed, DossierResource), updated
    assert (updated.parsed.person.firstname, updated.parsed.person.lastname) == ("Sanne", "Updated")

    wrong = DossierDocument(person=PersonFields(lastname="x" * 256))
    refused = create_dossier.sync(GROUP, client=client, body=wrong)
    assert isinstance(refused, CreateErrors), refused
    assert refused.errors.to_dict() == {"lastname": ["too_long"]}

    stale = delete_dossier.sync_detailed(GROUP, dossier_id, client=client, if_match=etag)
    assert stale.status_code == 412
    deleted = delete_dossier.sync_detailed(GROUP, dossier_id, client=client, if_match=updated.headers["ETag"])
    assert deleted.status_code == 204
    assert show_dossier.sync_detailed(GROUP, dossier_id, client=client).status_code == 404


main(*sys.argv[1:])
