"""What SAM CLI needs to run the functions against a local stack: the input of `sam local invoke` and `start-api`."""

from __future__ import annotations

import json
import shlex
from urllib.parse import urlsplit

from local.folder import Stack

HOST = "host.docker.internal"
"""The name of this machine in a container. Docker Desktop knows it; samconfig.toml makes Docker on Linux know it."""

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def environment(stack: Stack) -> str:
    """Returns the JSON for SAM CLI's option `--env-vars`: the variables with which every function finds the stack.

    SAM CLI passes only variables that template.yaml declares.
    """
    variables = {"TABLE_NAME": stack.table, "AWS_ENDPOINT_URL_DYNAMODB": _seen_from_a_container(stack.endpoint)}
    # SAM CLI applies the entry "Parameters" to all functions.
    return json.dumps({"Parameters": variables}, indent=2)


def credentials(stack: Stack) -> str:
    """Returns shell commands that export the credentials and the region of the stack.

    SAM CLI takes these from the shell, like every AWS tool; `--env-vars` cannot set them. Without the stack's own
    access key and region, DynamoDB Local opens another, empty database.
    """
    values = {
        "AWS_ACCESS_KEY_ID": stack.access_key,
        "AWS_SECRET_ACCESS_KEY": stack.secret_key,
        # boto3, and so SAM CLI, reads the one name; newer tools of AWS read the other.
        "AWS_DEFAULT_REGION": stack.region,
        "AWS_REGION": stack.region,
    }
    if stack.session_token is not None:
        values["AWS_SESSION_TOKEN"] = stack.session_token
    exports = [f"export {name}={shlex.quote(value)}" for name, value in values.items()]
    # The shell's own token belongs to other credentials.
    return "\n".join(exports if stack.session_token is not None else [*exports, "unset AWS_SESSION_TOKEN"])


def _seen_from_a_container(endpoint: str) -> str:
    """Returns the URL under which a container reaches what this machine reaches under `endpoint`."""
    url = urlsplit(endpoint)
    if url.hostname not in _LOOPBACK:
        return endpoint
    return url._replace(netloc=HOST if url.port is None else f"{HOST}:{url.port}").geturl()
