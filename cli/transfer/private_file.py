"""Files with personal data: only the user may read them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

_ONLY_USER = 0o600


def create(path: Path, *, encoding: str = "utf-8", errors: str = "strict") -> TextIO:
    """A new, empty file, or the file emptied. Line ends are written as they are."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _ONLY_USER)
    return os.fdopen(descriptor, "w", encoding=encoding, errors=errors, newline="")


@contextmanager
def replace(path: Path) -> Iterator[TextIO]:
    """A file that gets its name at the end of the block. After an error, what had the name before still has it."""
    path = path.resolve()
    if path.exists() and not path.is_file():  # a device or a pipe
        with create(path) as file:
            yield file
        return
    temporary = path.with_name(f".{path.name}.part")
    try:
        with create(temporary) as file:
            yield file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
