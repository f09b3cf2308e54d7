"""Credentials for a database of DynamoDB Local or for an AWS account."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from local import folder
from local.errors import UserError


@dataclass(frozen=True)
class Credentials:
    """An access key with its secret. Temporary credentials of AWS have a session token too."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)

    @classmethod
    def generate(cls) -> Credentials:
        """Returns new random credentials, of letters and digits because DynamoDB Local accepts no other characters."""
        return cls("LOCAL" + secrets.token_hex(10).upper(), secrets.token_hex(20))

    @classmethod
    def load_or_create(cls, file: Path) -> Credentials:
        """Returns the credentials in `file`. The first call generates them, in a file that only the user can read.

        Raises UserError when the file is damaged.
        """
        try:
            return cls(**json.loads(folder.read_or_create(file, _generate_as_json)))
        except (ValueError, TypeError) as exc:
            raise UserError(f"{file} is damaged: restore it, or delete {file.parent} to start again") from exc

    @classmethod
    def of_environment(cls) -> Credentials | None:
        """Returns the credentials in this process's environment variables, or None when there are none."""
        variables = os.environ
        if "AWS_ACCESS_KEY_ID" not in variables or "AWS_SECRET_ACCESS_KEY" not in variables:
            return None
        return cls(
            variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"], variables.get("AWS_SESSION_TOKEN")
        )

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables in which every AWS SDK looks for credentials."""
        variables = {"AWS_ACCESS_KEY_ID": self.access_key, "AWS_SECRET_ACCESS_KEY": self.secret_key}
        if self.session_token is not None:
            variables["AWS_SESSION_TOKEN"] = self.session_token
        return variables


def _generate_as_json() -> str:
    new = Credentials.generate()
    return json.dumps({"access_key": new.access_key, "secret_key": new.secret_key})
