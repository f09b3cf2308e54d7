"""GET /api/v1/dossiers: every dossier the user has access to, or of those the ones with all the words of a name."""

from dossiers.api import dossier_lists, function
from dossiers.api.resolver import Resolver
from dossiers.api.response import Response

app = Resolver()


@app.get("/api/v1/dossiers")
def index() -> Response:
    return dossier_lists.of_user(app.current_request)


handler = function.handler(app, "index", warm_up="GET /api/v1/dossiers")
