"""Parallel work: results in order, errors, stops, and turns."""

import threading
from collections.abc import Callable, Iterator

import pytest

from cli.transfer import parallel
from cli.transfer.backoff import Stopped
from cli.transfer.parallel import WORKERS, Turns, in_order
from tests.processes import eventually


def never() -> bool:
    return False


def test_results_come_in_the_order_of_the_values_without_none() -> None:
    barrier = threading.Barrier(WORKERS)

    def call(value: int, _: Callable[[], bool]) -> int | None:
        if value < WORKERS:
            barrier.wait(10)  # all workers are at work at the same time
        return None if value % 10 == 9 else value

    assert list(in_order(call, range(100), never)) == [value for value in range(100) if value % 10 != 9]


def test_few_values_are_taken_ahead_of_the_results() -> None:
    taken: list[int] = []

    def values() -> Iterator[int]:
        for value in range(1000):
            taken.append(value)
            yield value

    results = in_order(lambda value, _: value, values(), never)
    assert next(results) == 0
    assert len(taken) <= parallel._AHEAD + 1
    results.close()  # type: ignore[attr-defined]
    assert len(taken) <= parallel._AHEAD + 1


def test_a_stop_takes_no_further_value_and_finishes_what_is_in_progress() -> None:
    stopping = threading.Event()
    release = threading.Event()

    def call(value: int, is_stopping: Callable[[], bool]) -> int:
        release.wait(10)
        if value == 2 and is_stopping():
            raise Stopped
        return value

    def values() -> Iterator[int]:
        yield from range(5)
        stopping.set()
        release.set()
        yield 5

    assert list(in_order(call, values(), stopping.is_set)) == [0, 1, 3, 4]


def test_an_error_is_raised_after_the_results_that_exist() -> None:
    finished = threading.Event()

    def call(value: int, is_stopping: Callable[[], bool]) -> int:
        if value == 1:
            finished.wait(10)
            raise ValueError("wrong")
        if value == 2:
            finished.set()
        if value == 3:
            eventually(is_stopping, 10)
            raise Stopped
        return value

    found: list[int] = []
    with pytest.raises(ValueError, match="wrong"):
        found.extend(in_order(call, range(100), never))
    assert found[:2] == [0, 2]
    assert 3 not in found
    assert len(found) <= parallel._AHEAD


def test_turns_on_the_same_thing_come_in_order_and_others_do_not_wait() -> None:
    turns = Turns()
    first, second, other, both = (turns.take(things) for things in (["a"], ["a"], ["b"], ["a", "b"]))
    order: list[str] = []

    def work(name: str, turn: parallel.Turn) -> threading.Thread:
        def run() -> None:
            with turn:
                order.append(name)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    waiting = [work("both", both), work("second", second)]
    work("other", other).join(10)
    assert order == ["other"]
    work("first", first).join(10)
    for thread in waiting:
        thread.join(10)
    assert order == ["other", "first", "second", "both"]
    assert turns.take(["a", "b"]).before == []
