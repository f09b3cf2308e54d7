"""Settings with which SAM CLI runs the functions on a local stack."""

from __future__ import annotations

import json
import shlex
from urllib.parse import urlsplit

from local.stack import Stack

HOST = "host.docker.internal"
"""The name of this machine in a container. Docker Desktop defines it. samconfig.toml defines it for Docker on Linux."""

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def env_vars(running: Stack) -> str:
    """Returns the JSON for SAM CLI's option `--env-vars`, which makes every function use the table of the stack.

    SAM CLI passes only variables that template.yaml declares.
    """
    endpoint = _container_url(running.engine.endpoint)
    # SAM CLI applies the entry "Parameters" to all functions.
    return json.dumps({"Parameters": {"TABLE_NAME": running.table, "AWS_ENDPOINT_URL_DYNAMODB": endpoint}}, indent=2)


def exports(running: Stack) -> str:
    """Returns shell commands that export the credentials and the region of the stack.

    SAM CLI takes both from the shell, like every AWS tool. `--env-vars` cannot set them. With another access key or
    region, DynamoDB Local opens another database, which is empty.
    """
    region = running.engine.region
    values = running.engine.credentials.environment | {"AWS_DEFAULT_REGION": region, "AWS_REGION": region}
    lines = [f"export {name}={shlex.quote(value)}" for name, value in values.items()]
    # A session token in the shell belongs to other credentials.
    return "\n".join(lines if "AWS_SESSION_TOKEN" in values else [*lines, "unset AWS_SESSION_TOKEN"])


def _container_url(endpoint: str) -> str:
    """Returns the URL with which a container reaches `endpoint`, a URL as this machine uses it."""
    url = urlsplit(endpoint)
    if url.hostname not in _LOOPBACK:
        return endpoint
    return url._replace(netloc=HOST if url.port is None else f"{HOST}:{url.port}").geturl()
