"""Stands in for Lambda's runtime of a warm function: invokes the handler with one event again and again.

    python -I -S -B repeat.py live|recorded FOLDER...

The first line of the output is the response to a first invocation. For each line `CALLS DEPTH` on standard input, it
invokes the handler CALLS times, with DEPTH calls on the stack below, and prints the CPU seconds of one invocation, of
all threads together. In each event, a new UUID replaces the text UUID_PLACEHOLDER.

`live` sends each request to DynamoDB. `recorded` sends each different request once, and then returns the recorded
response.
"""

import json
import os
import sys
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any
from uuid import uuid4

network, *folders = sys.argv[1:]
sys.path[:0] = folders
# The handler's log goes to /dev/null: writing it is measured, and standard output is free for the results.
output = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

sys.path.append(str(Path(__file__).parent))
if network == "recorded":
    import replay

    replay.replay_responses()

from app import handler  # noqa: E402 - it is in one of the folders
from launch import Context, call_at_depth  # noqa: E402


def make_event() -> Any:
    """The event, with a new UUID in place of the placeholder."""
    return json.loads(os.environ["EVENT"].replace(os.environ["UUID_PLACEHOLDER"], str(uuid4())))


def measure(events: list[Any]) -> float:
    """The CPU seconds of one invocation: the mean over these events."""
    started = process_time()
    statuses = {handler(event, context)["statusCode"] for event in events}
    seconds = process_time() - started
    if statuses != {200}:
        sys.exit(f"the handler returned {statuses}")
    return seconds / len(events)


context = Context()
output.write(json.dumps(handler(make_event(), context)) + "\n")
for line in sys.stdin:
    calls, depth = map(int, line.split())
    output.write(f"{call_at_depth(depth, partial(measure, [make_event() for _ in range(calls)]))}\n")
