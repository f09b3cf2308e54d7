"""Waiting for other transactions that write the same items."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from dossiers.domain.errors import Cause, TryAgain
from dossiers.storage.table import Cancelled, Table

# A conflict is with a write of the same dossier, identifier or key, and over within milliseconds. All waits together
# take 15 s at the most, and half of that on average.
WAITS = (0.02, 0.04, 0.08, 0.16, 0.32, *(0.5,) * 29)

T = TypeVar("T")


def retry(table: Table, attempt: Callable[[], T]) -> T:
    """Call `attempt` until it is not Cancelled, and return its result.

    Raises TryAgain after the last of WAITS, or when the table's deadline is sooner than the next attempt.
    """
    for wait in (*WAITS, None):
        try:
            return attempt()
        except Cancelled as cancelled:
            if wait is None or table.deadline.remaining < wait:
                raise TryAgain(cancelled.cause or Cause.CONFLICT) from cancelled
        time.sleep(random.uniform(0, wait))  # noqa: S311 - spreads the attempts, keeps no secret
    raise AssertionError  # the last attempt has returned or raised
