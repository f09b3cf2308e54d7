"""API Gateway and Lambda on this machine: HTTP server, routes, authorizer and the invocation of functions."""
