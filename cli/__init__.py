"""The program `dossiers`: runs the local stack, and administers its table or a table on AWS."""
