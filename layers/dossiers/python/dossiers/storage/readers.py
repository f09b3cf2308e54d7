"""Threads that read ahead, for all requests of a process: one request at a time on Lambda, many on the local stack."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import ParamSpec, TypeVar

THREADS = 32

P = ParamSpec("P")
T = TypeVar("T")


def submit(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
    """Call `read` in another thread now. The future has what it returns or raises."""
    return _pool().submit(read, *args, **kwargs)


def future_of(value: T) -> Future[T]:
    """A future that has this result already, for a read that is not needed or was made by the caller."""
    future: Future[T] = Future()
    future.set_result(value)
    return future


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, "reader")
