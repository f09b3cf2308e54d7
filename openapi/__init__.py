"""The OpenAPI document of the API, generated from what the code knows: fields, limits, keywords, statuses, routes.

`make openapi` writes it to docs/openapi.yaml and functions/docs/openapi.json.
"""
