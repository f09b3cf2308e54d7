"""PATCH /api/v1/dossier_groups/{dossier_group_id}/dossiers/{dossier_id}: updates a dossier."""

from dossiers.api import dossier_update, function
from dossiers.api.resolver import Resolver
from dossiers.api.response import Response

app = Resolver()


@app.patch("/api/v1/dossier_groups/<dossier_group_id>/dossiers/<dossier_id>")
def update(dossier_group_id: str, dossier_id: str) -> Response:
    return dossier_update.update(app.current_request, dossier_group_id, dossier_id)


handler = function.handler(app, "update", warm_up="PATCH /api/v1/dossier_groups/-/dossiers/-")
