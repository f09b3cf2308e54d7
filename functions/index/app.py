"""GET /api/v1/dossiers: every dossier the user has access to, or of those the ones with all the words of a name."""

from dossiers import http, listing
from dossiers.connection import table

app = http.resolver()


@app.get("/api/v1/dossiers")
def index() -> http.Answer:
    return http.page(app, listing.dossiers(table(http.deadline(app)), http.user(app), **http.list_arguments(app)))


handler = http.handler(app, "index")
