"""The file of rejected rows: where and why, and the row itself, so that a corrected copy can be imported."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from cli.transfer import private_file
from cli.transfer.csv_rows import REJECTION_COLUMNS
from cli.transfer.ndjson_rows import without_rejection
from cli.transfer.records import CSV, Record, Source
from cli.transfer.text_file import STANDARD_INPUT
from dossiers.domain import json_object
from dossiers.domain.errors import InvalidJson, Problem
from local.errors import UserError

_SEPARATOR = "; "
"""Between the fields, and between the keywords, of a row with several problems. A row stays one row."""


def default_path(path: str, source: Source) -> Path:
    """Beside the file: `patients.csv` -> `patients.rejected.csv`. For standard input `import.rejected.csv`, here."""
    file = Path("import" if path == STANDARD_INPUT else path)
    return file.with_name(f"{file.stem}.rejected.{source.format}")


class Rejections:
    """Writes rejected rows to a file, which is created at the first one.

    An earlier file of that name is renamed to `.bak`: its rows may have been corrected, but not been imported yet.
    """

    def __init__(self, path: Path, source: Source) -> None:
        """Raises UserError when the file cannot be written, before the import begins."""
        self.path = path
        self._source = source
        self._file: TextIO | None = None
        if not os.access(path if path.exists() else path.parent, os.W_OK) or path.is_dir():
            raise UserError(f"cannot write the rejected rows to {path}: choose another file with --rejected")
        if path.is_file():
            path.replace(path.with_name(f"{path.name}.bak"))

    def add(self, record: Record, problems: Sequence[Problem]) -> None:
        """Write a row and its problems."""
        if self._file is None:
            self._file = self._create()
        if self._source.format == CSV:
            names = _SEPARATOR.join(field for field, _ in problems)
            keywords = _SEPARATOR.join(keyword for _, keyword in problems)
            self._write_csv([str(record.line), names, keywords, *record.original])
        else:
            line = json.dumps(_object(record, problems), ensure_ascii=False, separators=(",", ":"))
            self._file.write(f"{line}\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()

    def _create(self) -> TextIO:
        is_csv = self._source.format == CSV
        # The program that wrote the file opens this one too, so a byte that its encoding does not have becomes `?`. In
        # JSON such a byte becomes the escape of half a surrogate pair, which is rejected again.
        encoding, errors = (self._source.file.encoding, "replace") if is_csv else ("utf-8", "backslashreplace")
        file = private_file.create(self.path, encoding=encoding, errors=errors)
        if is_csv:
            self._file = file
            self._write_csv([*REJECTION_COLUMNS, *self._source.header])
        return file

    def _write_csv(self, cells: Sequence[str]) -> None:
        csv.writer(self._file, delimiter=self._source.delimiter).writerow(cells)  # type: ignore[arg-type]


def _object(record: Record, problems: Sequence[Problem]) -> dict[str, Any]:
    errors: dict[str, list[str]] = {}
    for field, keyword in problems:
        errors.setdefault(field, []).append(keyword)
    text = str(record.original).strip("\r\n")
    try:
        json_object.parse(text.encode(errors="surrogatepass"))
        members = without_rejection(json.loads(text))
    except InvalidJson:
        members = {"text": text}
    return {"line": record.line, "errors": errors, **members}
