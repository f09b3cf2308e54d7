"""Imitates the lag of DynamoDB's secondary indexes, which DynamoDB Local does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dossiers.storage.items import Key

if TYPE_CHECKING:  # `make bench` does not install the types
    from mypy_boto3_dynamodb import DynamoDBClient


def remove_from_index(client: DynamoDBClient, table: str, key: Key) -> None:
    """Make a dossier look like one that the index of external identifiers does not have yet.

    An item without the attribute `external_identifier` is not in the index. The dossier keeps its item that guards the
    identifier.
    """
    client.update_item(
        TableName=table,
        Key={name: {"S": value} for name, value in key._asdict().items()},
        UpdateExpression="REMOVE external_identifier",
    )
