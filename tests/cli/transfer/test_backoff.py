"""Waiting for a service that is busy or out of reach."""

import pytest

from cli.transfer.backoff import Stopped, retry
from dossiers.domain.errors import Cause, TryAgain


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits, which take no time."""
    waited: list[float] = []
    now = [0.0]

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    monkeypatch.setattr("time.sleep", sleep)
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    monkeypatch.setattr("random.uniform", lambda _, longest: longest)
    return waited


def test_a_call_is_repeated_until_it_succeeds(waits: list[float]) -> None:
    left = [1, 2, 3]

    def call() -> str:
        if left:
            left.pop()
            raise TryAgain(Cause.UNREACHABLE)
        return "done"

    assert retry(call, lambda: False) == "done"
    assert sum(waits) == pytest.approx(0.1 + 0.2 + 0.4)
    assert max(waits) <= 0.2


def test_after_five_minutes_the_error_is_raised(waits: list[float]) -> None:
    def call() -> None:
        raise TryAgain(Cause.THROTTLED)

    with pytest.raises(TryAgain):
        retry(call, lambda: False)
    assert 240 < sum(waits) < 360


def test_another_error_is_raised_at_once(waits: list[float]) -> None:
    def call() -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - the one that was raised
        retry(call, lambda: False)
    assert waits == []


def test_a_stop_ends_the_wait(waits: list[float]) -> None:
    def call() -> None:
        raise TryAgain(Cause.UNREACHABLE)

    with pytest.raises(Stopped):
        retry(call, lambda: sum(waits) > 3)
    assert sum(waits) < 3.5
