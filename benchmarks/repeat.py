"""Stands in for Lambda's runtime while it is warm: answers one event as often as it is asked to.

    python -I -S -B repeat.py live|recorded FOLDER...

For each line with a number on standard input it calls the handler so many times and prints the CPU seconds of one call,
all threads together. `recorded`: the network is replaced by the bytes that came over it at the first call.
"""

import json
import os
import sys
from pathlib import Path
from time import process_time

network, *folders = sys.argv[1:]
sys.path[:0] = folders
# Where the handler writes its log is nobody's business here; what it costs to write it is.
answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

sys.path.append(str(Path(__file__).parent))
if network == "recorded":
    import wire

    wire.replay_what_was_answered_once()

from app import handler  # noqa: E402 - it is in one of the folders
from launch import Context  # noqa: E402

event = json.loads(os.environ["EVENT"])
context = Context()
answers.write(json.dumps(handler(event, context)) + "\n")
for line in sys.stdin:
    calls = int(line)
    started = process_time()
    for _ in range(calls):
        handler(event, context)
    answers.write(f"{(process_time() - started) / calls}\n")
