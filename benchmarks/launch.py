"""Stands in for Lambda's runtime at a cold start: loads the handler, invokes it with one event, prints its response.

    python -I -S -B launch.py DEPTH FOLDER...   # the folders of the function's code and of its layers

DEPTH: the number of calls on the stack below the loading and the invocation. timing.py says why it matters.

This file imports only modules that every handler needs, so that it adds no start-up time of its own.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Context:
    """The context object that Lambda passes to a handler."""

    function_name = "function"
    function_version = "$LATEST"
    memory_limit_in_mb = 1769
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:function"
    aws_request_id = "52fdfc07-2182-454f-963f-5f0f9a621d72"
    log_group_name = "/aws/lambda/function"
    log_stream_name = "2026/01/01/[$LATEST]0123456789abcdef"

    def get_remaining_time_in_millis(self) -> int:
        return 28_000


def call_at_depth(depth: int, call: Callable[[], T]) -> T:
    """Return the result of `call`, which runs with that many calls on the stack below it."""
    return call() if depth == 0 else call_at_depth(depth - 1, call)


def respond() -> None:
    """Load the handler and print its response."""
    from app import handler  # noqa: PLC0415 - it is in one of the folders

    response = handler(json.loads(os.environ["EVENT"]), Context())
    # The last line: the handler has printed its log lines and metrics before.
    sys.stdout.write("\n" + json.dumps(response))


if __name__ == "__main__":
    depth, *folders = sys.argv[1:]
    sys.path[:0] = folders
    call_at_depth(int(depth), respond)
