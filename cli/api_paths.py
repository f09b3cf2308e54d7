"""The paths of dossiers in the API, below `/api/v1`."""

from __future__ import annotations


def dossiers_path(group: str | None) -> str:
    """The path of a group's dossiers, or with None of the dossiers in all groups of the user."""
    return "/dossiers" if group is None else f"/dossier_groups/{group}/dossiers"


def dossier_path(group: str, dossier_id: str) -> str:
    """The path of one dossier."""
    return f"{dossiers_path(group)}/{dossier_id}"
