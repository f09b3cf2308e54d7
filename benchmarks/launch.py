"""Stands in for Lambda's runtime at a cold start: loads the handler, hands it one event and prints what it answers.

    python -I -S -B launch.py FOLDER...             # the folders with the function's code and its layers

Imports nothing of its own but what every handler needs.
"""

import sys

sys.path[:0] = sys.argv[1:]

import json  # noqa: E402 - what is measured is the handler's own imports
import os  # noqa: E402

from app import handler  # noqa: E402 - it is in one of the folders


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


if __name__ == "__main__":
    answer = handler(json.loads(os.environ["EVENT"]), Context())
    # Behind the log lines and metrics of the handler.
    sys.stdout.write("\n" + json.dumps(answer))
