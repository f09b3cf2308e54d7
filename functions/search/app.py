"""GET /api/v1/dossier_groups/{dossier_group_id}/dossiers: one group's dossiers, all, by name, or the one with an
identifier.

Answers GET /api/v1/dossiers too, by the same use case. API Gateway sends that to the index function, because it
cannot tell a search from a list by the query string; invoked itself, this function does what its name says.
"""

from dossiers import http, listing
from dossiers.connection import table

app = http.resolver()


@app.get("/api/v1/dossier_groups/<dossier_group_id>/dossiers")
def search_in_group(dossier_group_id: str) -> http.Answer:
    arguments = http.list_arguments(app)
    page = listing.dossiers(table(http.deadline(app)), http.user(app), group=dossier_group_id, **arguments)
    return http.page(app, page)


@app.get("/api/v1/dossiers")
def search() -> http.Answer:
    return http.page(app, listing.dossiers(table(http.deadline(app)), http.user(app), **http.list_arguments(app)))


handler = http.handler(app, "search")
