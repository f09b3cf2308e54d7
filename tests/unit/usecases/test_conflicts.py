"""A transaction that met another one is attempted again, until the deadline."""

import time
from typing import Any

import pytest

from dossiers.domain.deadline import NEVER, Deadline
from dossiers.domain.errors import Cause, TryAgain
from dossiers.storage.table import Cancelled
from dossiers.usecases import conflicts
from tests.memory import MemoryTable


class Attempts:
    """Is cancelled so many times, and returns how often it was called."""

    def __init__(self, failures: int, cause: Cause | None = Cause.CONFLICT) -> None:
        self.count = 0
        self._failures = failures
        self._cause = cause

    def __call__(self) -> int:
        self.count += 1
        if self.count <= self._failures:
            raise Cancelled({}, self._cause)
        return self.count


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, without waiting."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


def retry(attempt: Attempts, deadline: Deadline = NEVER) -> int:
    table: Any = MemoryTable(deadline)
    return conflicts.retry(table, attempt)


def test_what_succeeds_at_once_does_not_wait(waits: list[float]) -> None:
    assert retry(Attempts(0)) == 1
    assert waits == []


@pytest.mark.parametrize("failures", [1, 2, len(conflicts.WAITS)])
def test_a_conflict_is_waited_out(waits: list[float], failures: int) -> None:
    assert retry(Attempts(failures)) == failures + 1
    assert len(waits) == failures
    assert all(0 <= waited <= longest for waited, longest in zip(waits, conflicts.WAITS, strict=False))


@pytest.mark.parametrize("cause", [Cause.CONFLICT, Cause.THROTTLED, None])
def test_a_conflict_that_does_not_end_is_try_again_with_its_cause(cause: Cause | None) -> None:
    attempts = Attempts(1000, cause)
    with pytest.raises(TryAgain) as refused:
        retry(attempts)
    assert refused.value.cause is (cause or Cause.CONFLICT)
    assert attempts.count == len(conflicts.WAITS) + 1


def test_all_waits_together_end_before_lambda_ends_the_function() -> None:
    """Its timeout is 30 seconds."""
    assert sum(conflicts.WAITS) < 20


def test_a_wait_that_could_end_behind_the_deadline_does_not_begin(waits: list[float]) -> None:
    attempts = Attempts(1000)
    with pytest.raises(TryAgain):
        retry(attempts, Deadline.after(conflicts.WAITS[0] / 2))
    assert (attempts.count, waits) == (1, [])


def test_the_first_attempt_is_made_whatever_the_deadline() -> None:
    assert retry(Attempts(0), Deadline.after(-1)) == 1


def test_any_other_error_is_not_attempted_again() -> None:
    calls = []

    def attempt() -> int:
        calls.append(1)
        raise TryAgain(Cause.UNREACHABLE)

    table: Any = MemoryTable()
    with pytest.raises(TryAgain):
        conflicts.retry(table, attempt)
    assert calls == [1]
