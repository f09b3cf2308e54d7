"""`python -m openapi`: writes the OpenAPI document to its two files."""

from openapi import document

for path, text in document.files().items():
    path.write_text(text, encoding="utf-8")
