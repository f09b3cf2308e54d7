"""The log of the local stack. It goes to standard error, because standard output has the URL and the examples only."""

from __future__ import annotations

import logging
import sys


def configure() -> None:
    """Configure the log: each record is one line on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("local")
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False


def say(line: str) -> None:
    """Print a progress message for the user to standard error."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
