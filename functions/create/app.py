"""POST /api/v1/dossier_groups/{dossier_group_id}/dossiers: creates a dossier."""

from dossiers import creating, http
from dossiers.connection import table

app = http.resolver()


@app.post("/api/v1/dossier_groups/<dossier_group_id>/dossiers")
def create(dossier_group_id: str) -> http.Answer:
    created = creating.create(
        table(http.deadline(app), writes=True),
        user=http.user(app),
        group=dossier_group_id,
        body=http.body(app),
        query=http.query(app),
        idempotency_key=http.idempotency_key(app),
    )
    return http.created(created)


handler = http.handler(app, "create")
