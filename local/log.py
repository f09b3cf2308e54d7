"""Where the local stack writes what it reports: to standard error, because standard output has only the address."""

from __future__ import annotations

import logging
import sys


def configure() -> None:
    """Write the log of the local stack to standard error, one line for each record."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("local")
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False


def say(line: str) -> None:
    """Tell the person at the terminal what happens."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
