"""Work in parallel threads, with results in order and memory that does not grow with the number of values."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from cli.transfer.backoff import Stopped

WORKERS = 8
"""Requests that are made in parallel."""

_AHEAD = 4 * WORKERS
"""Values whose results are not yielded yet, at most."""

V = TypeVar("V")
R = TypeVar("R")
ShouldStop = Callable[[], bool]


def in_order(call: Callable[[V, ShouldStop], R | None], values: Iterable[V], should_stop: ShouldStop) -> Iterator[R]:
    """The results of `call` for each value, in the order of the values, without those that are None.

    When `should_stop` returns True, no further value is taken. Each call gets a function that returns True then, and
    may raise Stopped. The first error of a call ends the run in the same way, and is raised after the results of the
    calls that have finished.
    """
    failed = threading.Event()

    def is_stopping() -> bool:
        return failed.is_set() or should_stop()

    def call_until_stopped(value: V) -> R | None:
        try:
            return call(value, is_stopping)
        except Stopped:
            return None
        except BaseException:
            failed.set()
            raise

    running: deque[Future[R | None]] = deque()
    with ThreadPoolExecutor(WORKERS, "transfer") as pool:
        try:
            for value in values:
                if is_stopping():
                    break
                if len(running) == _AHEAD:
                    yield from _result(running.popleft())
                running.append(pool.submit(call_until_stopped, value))
            while running:
                yield from _result(running.popleft())
        except Exception:
            pool.shutdown(cancel_futures=True)
            for future in running:
                if not future.cancelled() and future.exception() is None:
                    yield from _result(future)
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _result(future: Future[R | None]) -> Iterator[R]:
    result = future.result()
    if result is not None:
        yield result


class Turns:
    """Lets work that concerns the same thing happen one after the other, in the order in which turns were taken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[str, Turn] = {}

    def take(self, things: Iterable[str]) -> Turn:
        """The turn of work on these things. Work begins in the order in which turns are taken."""
        with self._lock:
            turn = Turn(self, tuple(things), [])
            for thing in turn.things:
                if (before := self._last.get(thing)) is not None:
                    turn.before.append(before)
                self._last[thing] = turn
        return turn

    def end(self, turn: Turn) -> None:
        """Let the next turn begin."""
        turn.ended.set()
        with self._lock:
            for thing in turn.things:
                if self._last.get(thing) is turn:
                    del self._last[thing]


class Turn:
    """A context manager: it begins when the turns before it have ended."""

    def __init__(self, turns: Turns, things: tuple[str, ...], before: list[Turn]) -> None:
        self.things = things
        self.before = before
        self.ended = threading.Event()
        self._turns = turns

    def __enter__(self) -> None:
        for turn in self.before:
            turn.ended.wait()
        self.before = []  # or each turn would keep all that came before it

    def __exit__(self, *_: object) -> None:
        self._turns.end(self)
