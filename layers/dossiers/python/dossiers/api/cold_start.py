"""The start of a function's process on Lambda: what can be done before the first request, is.

Elsewhere nothing of this happens: nobody waits for a first response there, and tests put their fakes in place after
they have imported the handlers.
"""

import contextlib
import gc
import os
import random
from collections.abc import Callable

from dossiers import is_on_lambda


def finish(warm_up: Callable[[], object], reset: Callable[[], object]) -> None:
    """Call when everything is loaded.

    `warm_up` does what a first request would. It takes bounded time, and what it raises is ignored. `reset` drops what
    a snapshot must not keep.
    """
    if not is_on_lambda():
        return
    _try(warm_up)
    gc.freeze()  # what is loaded now stays, and need not be looked at again
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
    with contextlib.suppress(Exception):  # the first request will meet it again, and has a caller to tell
        warm_up()
