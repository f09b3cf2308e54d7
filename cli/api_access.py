"""Opens the API that a command works on: the API of a local stack, or the API at a URL."""

from __future__ import annotations

import os

from cli.api_client import ApiClient
from cli.arguments import TOKEN_VARIABLE, URL_VARIABLE, WrongUsage, parse_url
from local import stack
from local.folder import DataFolder
from local.gateway.tokens import SigningKey


def open_api(url: str | None, token: str | None, data: DataFolder | None, user: str | None) -> ApiClient:
    """The API at the URL, for the user of the token; or the API of the stack that serves `data`, for that user.

    Without `url` and `token`, and without `data`, the variables DOSSIERS_URL and DOSSIERS_TOKEN have them. Raises
    WrongUsage when something is missing or does not go together, and UserError when no stack serves the folder.
    """
    if data is not None:
        if url is not None or token is not None:
            raise WrongUsage(f"--data and {'--url' if url else '--token'} exclude each other")
        if user is None:
            raise WrongUsage("--data needs --user, the user of the local stack")
        running = stack.find(data)
        return ApiClient(running.url, SigningKey.load(data).issue(user))
    if user is not None:
        raise WrongUsage("--user needs --data, the folder of a local stack")
    url = url or os.environ.get(URL_VARIABLE)
    token = token or os.environ.get(TOKEN_VARIABLE)
    if not url:
        raise WrongUsage(f"--url or --data is required, or the variable {URL_VARIABLE}")
    if not token:
        raise WrongUsage(f"--token is required, or the variable {TOKEN_VARIABLE}")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise WrongUsage("the token has characters that no token has")
    return ApiClient(parse_url(url), token)
