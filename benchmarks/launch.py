"""Stands in for Lambda's runtime at a cold start: loads the handler, hands it one event and prints its response.

    python -I -S -B launch.py DEPTH FOLDER...   # the folders with the function's code and its layers

DEPTH: calls on the stack below all this. timing.py says why they count.

Imports nothing of its own but what every handler needs.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Context:
    """What Lambda says of the function."""

    function_name = "function"
    function_version = "$LATEST"
    memory_limit_in_mb = 1769
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:function"
    aws_request_id = "52fdfc07-2182-454f-963f-5f0f9a621d72"
    log_group_name = "/aws/lambda/function"
    log_stream_name = "2026/01/01/[$LATEST]0123456789abcdef"

    def get_remaining_time_in_millis(self) -> int:
        return 28_000


def descend(depth: int, call: Callable[[], T]) -> T:
    """What `call` returns, with so many calls on the stack below it."""
    return call() if depth == 0 else descend(depth - 1, call)


def respond() -> None:
    """Load the handler and print its response."""
    from app import handler  # noqa: PLC0415 - it is in one of the folders

    response = handler(json.loads(os.environ["EVENT"]), Context())
    # Behind the log lines and metrics of the handler.
    sys.stdout.write("\n" + json.dumps(response))


if __name__ == "__main__":
    depth, *folders = sys.argv[1:]
    sys.path[:0] = folders
    descend(int(depth), respond)
