"""Importing and exporting dossiers as CSV or NDJSON."""
