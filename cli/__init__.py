"""Run the API on this machine, use it from the shell, and administer its table here or on AWS."""
