"""The start of a function's process on Lambda: does what it can before the first request.

Elsewhere it does nothing. No caller waits for a cold start there, and tests replace the table after they have imported
the handlers.
"""

import contextlib
import gc
import os
import random
from collections.abc import Callable

from dossiers import is_on_lambda


def finish(warm_up: Callable[[], object], reset: Callable[[], object]) -> None:
    """Call this when all modules are loaded.

    `warm_up` does what a first request would do, within a time limit of its own. Its exceptions are ignored. `reset`
    drops what a process that is restored from a snapshot must not share with others.
    """
    if not is_on_lambda():
        return
    _try(warm_up)
    gc.freeze()  # the loaded objects stay, so that no later collection needs to scan them
    gc.enable()
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
        from snapshot_restore_py import register_after_restore  # noqa: PLC0415 - Lambda's own, and only there

        register_after_restore(_restore, warm_up, reset)


def _restore(warm_up: Callable[[], object], reset: Callable[[], object]) -> None:
    """Lambda restores many processes from one snapshot: their connections are closed, their random numbers the same."""
    random.seed()
    reset()
    _try(warm_up)


def _try(warm_up: Callable[[], object]) -> None:
    with contextlib.suppress(Exception):  # the first request meets the same error, and its response reports it
        warm_up()
