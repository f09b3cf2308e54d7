"""Stands in for Lambda's runtime while it is warm: answers one event as often as it is told to.

    python -I -S -B repeat.py live|recorded FOLDER...

For each line `CALLS DEPTH` on standard input it calls the handler so many times, with so many calls on the stack below,
and prints the CPU seconds of one call, all threads together. The text EACH_TIME in the event is another one at each
call. `recorded`: the network is replaced by the bytes that came over it at the first call.
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
# Where the handler writes its log is nobody's business here; what it costs to write it is.
answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

sys.path.append(str(Path(__file__).parent))
if network == "recorded":
    import replay

    replay.replay_what_was_answered_once()

from app import handler  # noqa: E402 - it is in one of the folders
from launch import Context, descend  # noqa: E402


def make_event() -> Any:
    """The event, another one each time if it has EACH_TIME in it."""
    return json.loads(os.environ["EVENT"].replace(os.environ["EACH_TIME"], str(uuid4())))


def measure(events: list[Any]) -> float:
    """The CPU seconds of one call, as the mean of a call for each of the events."""
    started = process_time()
    statuses = {handler(event, context)["statusCode"] for event in events}
    seconds = process_time() - started
    if statuses != {200}:
        sys.exit(f"the handler returned {statuses}")
    return seconds / len(events)


context = Context()
answers.write(json.dumps(handler(make_event(), context)) + "\n")
for line in sys.stdin:
    calls, depth = map(int, line.split())
    answers.write(f"{descend(depth, partial(measure, [make_event() for _ in range(calls)]))}\n")
