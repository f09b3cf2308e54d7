"""GET /api/v1/dossier_groups/{dossier_group_id}/dossiers: one group's dossiers, all, by name, or the one with an
identifier. POST …/dossiers/search returns the same, with the filters in the body, of one group or of all.

Responds to GET /api/v1/dossiers too. API Gateway sends that to the index function, because it cannot tell a search from
a list by the query string. Invoked directly, this function searches in all groups.
"""

from dossiers.api import dossier_lists, function
from dossiers.api.resolver import Resolver
from dossiers.api.response import Response

app = Resolver()


@app.get("/api/v1/dossier_groups/<dossier_group_id>/dossiers")
def search_in_group(dossier_group_id: str) -> Response:
    return dossier_lists.of_group(app.current_request, dossier_group_id)


@app.post("/api/v1/dossier_groups/<dossier_group_id>/dossiers/search")
def post_search_in_group(dossier_group_id: str) -> Response:
    return dossier_lists.search_of_group(app.current_request, dossier_group_id)


@app.post("/api/v1/dossiers/search")
def post_search() -> Response:
    return dossier_lists.search_of_user(app.current_request)


@app.get("/api/v1/dossiers")
def search() -> Response:
    return dossier_lists.of_user(app.current_request)


handler = function.handler(app, "search", warm_up="GET /api/v1/dossier_groups/-/dossiers")
