"""Files with personal data: only the user may read them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from local.errors import UserError

_ONLY_USER = 0o600


def create(path: Path, *, encoding: str = "utf-8", errors: str = "strict") -> TextIO:
    """Open a file for writing. An existing file is emptied. Line ends are written as they are."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _ONLY_USER)
    return os.fdopen(descriptor, "w", encoding=encoding, errors=errors, newline="")


@contextmanager
def replace(path: Path) -> Iterator[TextIO]:
    """A file that gets its name at the end of the block. After an error, what had the name before still has it.

    Raises UserError when the file cannot be created.
    """
    target = path.resolve()
    is_file = target.is_file() or not target.exists()  # otherwise a device or a pipe
    temporary = target.with_name(f".{target.name}.part") if is_file else target
    try:
        file = create(temporary)
    except OSError as exc:
        raise UserError(f"cannot write to {path}: {exc.strerror}") from exc
    try:
        with file:
            yield file
        if is_file:
            temporary.replace(target)
    finally:
        if is_file:
            temporary.unlink(missing_ok=True)
