"""Reads files of records in tests."""

from collections.abc import Mapping
from pathlib import Path

from cli.transfer.records import Record, open_source


def records(file: Path, names: Mapping[str, str] | None = None, encoding: str | None = None) -> list[Record]:
    """The records of a file."""
    with open_source(str(file), names or {}, encoding) as source:
        return list(source.records)


def flat(record: Record) -> dict[str, str]:
    """The fields of a record that have a text."""
    values = {**record.document.get("dossier", {}), **record.document.get("person", {})}
    return {name: value for name, value in values.items() if value}


def problems(record: Record) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for field, keyword in record.problems:
        found.setdefault(field, []).append(keyword)
    return found
