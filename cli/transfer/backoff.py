"""Waiting for a service that is busy or out of reach."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from dossiers.domain.errors import TryAgain

# Seconds before each further attempt, at the most: about five minutes together, half of it on average.
_WAITS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, *(12.8,) * 22)
_POLL = 0.2

T = TypeVar("T")


class Stopped(Exception):
    """The run was interrupted while it waited."""


def retry(call: Callable[[], T], should_stop: Callable[[], bool]) -> T:
    """What `call` returns. It is called again after TryAgain, with growing waits.

    Raises TryAgain at the end, and Stopped when the run is to stop meanwhile.
    """
    for wait in _WAITS:
        try:
            return call()
        except TryAgain:
            _sleep(random.uniform(0, wait), should_stop)  # noqa: S311 - spreads the attempts, keeps no secret
    return call()


def _sleep(seconds: float, should_stop: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while (remaining := until - time.monotonic()) > 0:
        if should_stop():
            raise Stopped
        time.sleep(min(remaining, _POLL))
