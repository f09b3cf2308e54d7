"""The local stack: the API on this machine, with the functions, routes and table of template.yaml."""
