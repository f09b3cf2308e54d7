"""GET /api/v1/dossier_groups/{dossier_group_id}/dossiers/{dossier_id}: a dossier and its person."""

from dossiers.api import dossier_show, function
from dossiers.api.resolver import Resolver
from dossiers.api.response import Response

app = Resolver()


@app.get("/api/v1/dossier_groups/<dossier_group_id>/dossiers/<dossier_id>")
def show(dossier_group_id: str, dossier_id: str) -> Response:
    return dossier_show.show(app.current_request, dossier_group_id, dossier_id)


handler = function.handler(app, "show", warm_up="GET /api/v1/dossier_groups/-/dossiers/-")
