"""The routes of the API in template.yaml: all but those of the documentation, which need no token and read no table."""

from local import template

API_ROUTES = [route for route in template.routes(template.load()) if route.authorizer is not None]
