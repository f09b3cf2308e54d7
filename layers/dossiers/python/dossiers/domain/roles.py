"""Roles: what a grant permits."""

from enum import StrEnum


class Role(StrEnum):
    """The role of a user in a dossier group. Each role permits what the roles before it permit."""

    READER = "reader"
    """Lists, searches and shows dossiers."""
    EDITOR = "editor"
    """Also creates and updates dossiers."""
    MANAGER = "manager"
    """Also deletes dossiers."""

    def permits(self, required: "Role") -> bool:
        """Whether a user with this role may do what requires that role."""
        roles = list(Role)
        return roles.index(self) >= roles.index(required)
