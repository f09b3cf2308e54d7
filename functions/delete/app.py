"""DELETE /api/v1/dossier_groups/{dossier_group_id}/dossiers/{dossier_id}: deletes a dossier."""

from dossiers.api import dossier_deletion, function
from dossiers.api.resolver import Resolver
from dossiers.api.response import Response

app = Resolver()


@app.delete("/api/v1/dossier_groups/<dossier_group_id>/dossiers/<dossier_id>")
def delete(dossier_group_id: str, dossier_id: str) -> Response:
    return dossier_deletion.delete(app.current_request, dossier_group_id, dossier_id)


handler = function.handler(app, "delete", warm_up="DELETE /api/v1/dossier_groups/-/dossiers/-")
