"""The local stack: the API on this machine, with the functions, routes and schema of template.yaml."""
