"""A deadline is a moment, and can be narrowed but not extended."""

import math

from hypothesis import given
from hypothesis import strategies as st

from dossiers.domain.deadline import NEVER, Deadline

seconds = st.floats(-1e6, 1e6)


@given(seconds, seconds)
def test_within_never_extends_a_deadline(left: float, within: float) -> None:
    deadline = Deadline.after(left)
    narrowed = deadline.within(within)
    assert narrowed.at <= deadline.at
    assert narrowed.remaining <= within


@given(seconds)
def test_a_deadline_that_is_never_is_narrowed_by_any_other(within: float) -> None:
    assert NEVER.remaining == math.inf
    assert NEVER.within(within).at < math.inf
