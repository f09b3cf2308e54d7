"""The start of a function's process on Lambda: what can be done before the first request, is.

Elsewhere nothing of this happens: nobody waits for a first answer there, and tests put their fakes in place after they
have imported the handlers.
"""

import contextlib
import gc
import os
import random
import threading
from collections.abc import Callable

# Long enough for a connection and an answer on a bad day, short beside the ten seconds that Lambda gives a start.
_REHEARSAL_SECONDS = 2


def begin() -> None:
    """Load modules without collecting garbage: there is none yet, and looking for it is a seventh of a cold start."""
    if _on_lambda():
        gc.disable()


def finish(rehearse: Callable[[], object], renew: Callable[[], object]) -> None:
    """Everything is loaded. `rehearse` does what a first request would, `renew` drops what a snapshot must not keep."""
    if not _on_lambda():
        return
    _rehearsed(rehearse)
    gc.freeze()  # what is loaded now stays, and need not be looked at again
    gc.enable()
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
        from snapshot_restore_py import register_after_restore  # noqa: PLC0415 - Lambda's own, and only there

        register_after_restore(_restored, rehearse, renew)


def _rehearsed(rehearse: Callable[[], object]) -> None:
    """Rehearse in a thread and wait a while: a DynamoDB that fails or hangs costs the start that while, and nothing
    else.
    """

    def attempt() -> None:
        with contextlib.suppress(Exception):  # the first request will meet it again, and has a caller to tell
            rehearse()

    thread = threading.Thread(target=attempt, name="rehearsal", daemon=True)
    thread.start()
    thread.join(_REHEARSAL_SECONDS)


def _restored(rehearse: Callable[[], object], renew: Callable[[], object]) -> None:
    """One of many restored from one snapshot: its connections are long closed, its chances those of all others."""
    random.seed()
    renew()
    _rehearsed(rehearse)


def _on_lambda() -> bool:
    return "AWS_LAMBDA_FUNCTION_NAME" in os.environ
