"""The users of the sample data, and what the example requests of every page and command use."""

USERS = {"anna": ("noord", "oost"), "bram": ("oost", "zuid")}
"""Each user, and the dossier groups that the sample data grant to the user."""

USERS_IN_WORDS = ", and ".join(f"{user} sees the groups {' and '.join(groups)}" for user, groups in USERS.items())

EXAMPLE_USER, EXAMPLE_GROUP, EXAMPLE_NAME = "anna", "noord", "jan+jansen"
