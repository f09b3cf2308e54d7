"""The rows of an NDJSON file: one JSON object on each line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cli.transfer import fields
from cli.transfer.text_file import Line
from dossiers.domain import json_object
from dossiers.domain.errors import BASE, InvalidJson, Keyword, Problem

REJECTION_MEMBERS = ("line", "errors")
"""The members that the file of rejected rows adds to a row. An import ignores them when both are there."""

Row = tuple[Line, Mapping[str, Any], Sequence[Problem]]


def read(lines: Iterator[Line], names: Mapping[str, str]) -> Iterator[Row]:
    """Each line that is not blank, with the members of its object, and with the problems of a line that has none.

    `names` maps the names of members to those of fields, in objects that are not of the form of a create's body.
    """
    for line in lines:
        if not line.is_whole:
            yield line, {}, [(BASE, Keyword.TOO_LONG)]
        elif line.text.strip("\ufeff \t\r\n"):
            yield line, *_members(line.text, names)


def without_rejection(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members, without those that a file of rejected rows has added."""
    is_rejection = all(name in members for name in REJECTION_MEMBERS)
    return {name: value for name, value in members.items() if not (is_rejection and name in REJECTION_MEMBERS)}


def _members(text: str, names: Mapping[str, str]) -> tuple[Mapping[str, Any], Sequence[Problem]]:
    try:
        document, problems = json_object.parse(text.encode(errors="surrogatepass"))
    except InvalidJson as exc:
        return {}, [(name, keyword) for name, found in exc.problems.items() for keyword in found]
    members = without_rejection(document)
    if not fields.is_nested(members):
        renamed = [(field, value) for name, value in members.items() if (field := names.get(name, name))]
        if len(dict(renamed)) != len(renamed):  # two members are mapped to one field
            return {}, [(BASE, Keyword.INVALID)]
        members = dict(renamed)
    return members, problems
