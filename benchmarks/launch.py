"""Stands in for Lambda's runtime at a cold start: loads the handler, hands it one event and prints its response.

    python3.13 -I -S -B launch.py DEPTH FOLDER...   # the folders with the function's code and its layers

DEPTH: how many calls deep all this happens. Python keeps its frames in chunks of 16 KB. Before the fix of March 2026 it
allocates and frees a chunk at each call that crosses the end of the one before, and the depth decides which calls do
(https://github.com/python/cpython/issues/142183).

Imports nothing of its own but what every handler needs.
"""

import json
import os
import sys


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


def respond(depth: int) -> None:
    """Load the handler and print its response, so many calls deeper than here."""
    if depth > 0:
        respond(depth - 1)
        return
    from app import handler  # noqa: PLC0415 - it is in one of the folders

    response = handler(json.loads(os.environ["EVENT"]), Context())
    # Behind the log lines and metrics of the handler.
    sys.stdout.write("\n" + json.dumps(response))


if __name__ == "__main__":
    depth, *folders = sys.argv[1:]
    sys.path[:0] = folders
    respond(int(depth))
