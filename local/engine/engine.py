"""How the local stack, its functions and the tests reach DynamoDB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import botocore.session
from botocore.config import Config

from local.engine.credentials import Credentials

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REGION = "eu-west-1"


@dataclass(frozen=True)
class Engine:
    """A DynamoDB endpoint, and the credentials and region that open one database of it."""

    endpoint: str
    """The URL: `http://127.0.0.1:45123`."""
    credentials: Credentials
    region: str = REGION

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables with which a process reaches this engine and no AWS account."""
        return {
            "AWS_ENDPOINT_URL_DYNAMODB": self.endpoint,
            **self.credentials.environment,
            # boto3 reads the first name. Newer SDKs read the second, which Lambda sets.
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, **config: Any) -> DynamoDBClient:
        """Returns a new botocore client of this engine. `config` holds arguments of botocore's Config."""
        client = botocore.session.Session().create_client(
            "dynamodb",
            region_name=self.region,
            endpoint_url=self.endpoint,
            aws_access_key_id=self.credentials.access_key,
            aws_secret_access_key=self.credentials.secret_key,
            aws_session_token=self.credentials.session_token,
            # A proxy that is configured on this machine cannot reach 127.0.0.1 on it.
            config=Config(**({"proxies": {}} | config)),
        )
        # botocore generates the classes of its clients at run time; boto3-stubs describes them.
        return cast("DynamoDBClient", client)
