"""GET /api/v1/dossier_groups: the dossier groups of the user."""

from dossiers.api import function, group_lists
from dossiers.api.resolver import Resolver
from dossiers.api.response import Response

app = Resolver()


@app.get("/api/v1/dossier_groups")
def groups() -> Response:
    return group_lists.of_user(app.current_request)


handler = function.handler(app, "groups", warm_up="GET /api/v1/dossier_groups")
