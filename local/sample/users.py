"""The users of the sample data, and the user, group and name in all example requests."""

USERS = {"anna": ("noord", "oost"), "bram": ("oost", "zuid")}
"""The dossier groups that the sample data grant to each user."""

USERS_IN_WORDS = ", and ".join(f"{user} sees the groups {' and '.join(groups)}" for user, groups in USERS.items())

EXAMPLE_USER, EXAMPLE_GROUP, EXAMPLE_NAME = "anna", "noord", "jan+jansen"
