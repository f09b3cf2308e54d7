"""A DynamoDB that another program has started."""

from __future__ import annotations

import os

from botocore.exceptions import BotoCoreError, ClientError

from local.engine.credentials import Credentials
from local.engine.engine import REGION, Engine
from local.errors import UserError
from local.folder import DataFolder


def open_existing(endpoint: str, folder: DataFolder) -> Engine:
    """Returns the engine at the URL, with the credentials and region of the environment.

    Without credentials in the environment it uses those of the folder, which the first call generates. Raises UserError
    when no DynamoDB responds at the URL.
    """
    credentials = Credentials.of_environment() or Credentials.load_or_create(folder.credentials)
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or REGION
    engine = Engine(endpoint, credentials, region)
    try:
        engine.client(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=5).list_tables(Limit=1)
    except (BotoCoreError, ClientError, ValueError) as exc:
        raise UserError(f"no DynamoDB responds at {endpoint}: {' '.join(str(exc).split())}") from exc
    return engine
