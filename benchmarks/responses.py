"""Checks of the responses of the measured functions: a fast wrong response must not win a comparison."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from dossiers.domain import rows

Response = dict[str, Any]
"""A function's response, as API Gateway receives it."""


def extract_rows(response: Response) -> list[list[Any]]:
    """The rows of a list. Raises RuntimeError unless the status is 200 and the columns are those of the service."""
    body = json.loads(response["body"])
    if response["statusCode"] != 200 or body["headers"] != list(rows.COLUMNS):
        raise RuntimeError(f"not a list: {response}")
    extracted: list[list[Any]] = body["rows"]
    return extracted


def check_same_rows(responses: Iterable[Response], *, expected_count: int) -> None:
    """Raise RuntimeError unless all responses have the same rows, in any order, and this many."""
    tables = [sorted(extract_rows(response)) for response in responses]
    if any(table != tables[0] or len(table) != expected_count for table in tables):
        raise RuntimeError(f"the implementations do not return the same {expected_count} rows")


def extract_id(response: Response) -> str:
    """The id of a created dossier. Raises RuntimeError or ValueError if the response has none."""
    if response["statusCode"] != 200:
        raise RuntimeError(f"not created: {response}")
    dossier_id: str = json.loads(response["body"])["id"]
    UUID(dossier_id)
    return dossier_id
