"""The data folder of a local stack: where each file is, and how files are created in it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from local.errors import UserError


@dataclass(frozen=True)
class DataFolder:
    """The folder that contains all files of a local stack."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    @property
    def database(self) -> Path:
        """The folder of DynamoDB Local's database."""
        return self.path / "dynamodb"

    @property
    def credentials(self) -> Path:
        """The access key that opens the database."""
        return self.path / "credentials.json"

    @property
    def signing_key(self) -> Path:
        """The key that signs tokens."""
        return self.path / "signing-key.pem"

    @property
    def stack(self) -> Path:
        """The description of the stack that serves the folder now, as JSON."""
        return self.path / "stack.json"

    @property
    def serve_lock(self) -> Path:
        """The file that `dossiers serve` locks while it runs. It contains the process id."""
        return self.path / "serve.lock"

    @property
    def engine_lock(self) -> Path:
        """The file that DynamoDB Local locks while it runs. It contains the process id."""
        return self.path / "engine.lock"

    @property
    def engine_log(self) -> Path:
        """The output of DynamoDB Local."""
        return self.path / "engine.log"

    def prepare(self) -> None:
        """Create the folder, accessible to the user alone, unless it exists.

        Raises UserError when the folder cannot be created or written to.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path):
                pass
        except OSError as exc:
            raise UserError(f"cannot write to the folder {self}: {exc.strerror}") from exc

    def not_served_error(self) -> UserError:
        """Returns the error of a command that needs a stack on this folder."""
        return UserError(f"no stack serves {self}: start one with `dossiers serve --data {self}`")


def read_or_create(file: Path, create: Callable[[], str]) -> str:
    """Returns the text of `file`. Writes what `create` returns to it first, unless the file exists.

    The file is written completely or not at all, and is readable by the user alone. When two processes create it at
    the same time, both return the text of the first.
    """
    with contextlib.suppress(FileNotFoundError):
        return file.read_text(encoding="utf-8")
    with _temporary_file(file, create()) as temporary, contextlib.suppress(FileExistsError):
        os.link(temporary, file)
    return file.read_text(encoding="utf-8")


def replace(file: Path, text: str) -> None:
    """Replace the text of `file`. Another process reads either the old text or the new one, never a part of it."""
    with _temporary_file(file, text) as temporary:
        temporary.replace(file)


@contextlib.contextmanager
def _temporary_file(file: Path, text: str) -> Iterator[Path]:
    """Write the text to a temporary file in the folder of `file`. The file is deleted at the end of the block."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
