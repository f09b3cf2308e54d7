"""The program `dossiers`: runs the local stack, and administers dossier groups here and on AWS."""
