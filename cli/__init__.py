"""The program `dossiers`."""
