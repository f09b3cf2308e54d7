"""API Gateway and Lambda on this machine: from an HTTP request to the response of a function."""
