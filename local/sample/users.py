"""The users of the sample data, and the user, group and name in all example requests."""

from dossiers.domain.roles import Role

USERS = {
    "anna": {"noord": Role.MANAGER, "oost": Role.EDITOR},
    "bram": {"oost": Role.READER, "zuid": Role.EDITOR},
}
"""The dossier groups that the sample data grant to each user, and the role in each."""

USERS_IN_WORDS = ", and ".join(
    f"{user} is " + " and ".join(f"{role} of {group}" for group, role in roles.items()) for user, roles in USERS.items()
)

EXAMPLE_USER, EXAMPLE_GROUP, EXAMPLE_NAME = "anna", "noord", "jan+jansen"
