"""The file of rejected rows: where and why, and the row itself, so that a corrected copy can be imported."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from cli.transfer.records import REJECTION_COLUMNS, Record
from dossiers.domain.errors import Problem


class Rejections:
    """Writes rejected rows to a file, which is created at the first one."""

    def __init__(self, path: Path, file_format: str) -> None:
        """`file_format`: `csv` or `ndjson`, that of the imported file."""
        self.path = path
        self.count = 0
        self._format = file_format
        self._file: TextIO | None = None

    def add(self, record: Record, problems: Sequence[Problem]) -> None:
        """Write a row and its problems: in CSV one line for each problem, in NDJSON one line."""
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
            if self._format == "csv":
                csv.writer(self._file).writerow([*REJECTION_COLUMNS, *_columns(record)])
        self.count += 1
        if self._format == "csv":
            values = record.values.values() if isinstance(record.values, Mapping) else ()
            csv.writer(self._file).writerows(
                [record.line, field, keyword.value, *map(_printable, values)] for field, keyword in problems
            )
        else:
            self._file.write(json.dumps(_object(record, problems), ensure_ascii=False) + "\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()


def _columns(record: Record) -> Sequence[str]:
    return list(record.values) if isinstance(record.values, Mapping) else []


def _object(record: Record, problems: Sequence[Problem]) -> dict[str, object]:
    errors: dict[str, list[str]] = {}
    for field, keyword in problems:
        errors.setdefault(field, []).append(keyword)
    text = _printable(str(record.values)).rstrip("\r\n")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        values = None
    others = values if isinstance(values, dict) else {"text": text}
    return {"line": record.line, "errors": errors, **others}


def _printable(text: str) -> str:
    """The text with its bytes that are not of the file's encoding replaced: a file in UTF-8 cannot hold them."""
    return text.encode(errors="replace").decode()
