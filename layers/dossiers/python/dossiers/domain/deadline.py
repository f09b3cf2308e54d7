"""The moment by which a request must be answered."""

import math
from dataclasses import dataclass
from time import monotonic


@dataclass(frozen=True)
class Deadline:
    """A moment of this process's monotonic clock, in seconds; NEVER is later than every other."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """The moment so many seconds from now."""
        return cls(monotonic() + seconds)

    def within(self, seconds: float) -> "Deadline":
        """This deadline, or so many seconds from now if that is earlier."""
        return min(self, Deadline.after(seconds), key=lambda deadline: deadline.at)

    @property
    def remaining(self) -> float:
        """Seconds until the deadline; not above zero once it has passed."""
        return self.at - monotonic()


NEVER = Deadline(math.inf)
