"""POST /api/v1/dossier_groups/{dossier_group_id}/dossiers: creates a dossier."""

from dossiers.api import dossier_creation, function
from dossiers.api.resolver import Resolver
from dossiers.api.response import Response

app = Resolver()


@app.post("/api/v1/dossier_groups/<dossier_group_id>/dossiers")
def create(dossier_group_id: str) -> Response:
    return dossier_creation.create(app.current_request, dossier_group_id)


handler = function.handler(app, "create", warm_up="POST /api/v1/dossier_groups/-/dossiers")
