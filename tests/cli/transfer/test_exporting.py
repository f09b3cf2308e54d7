"""Exported files, and the round trip: what is exported can be imported, and is the same then."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.transfer import backoff, exporting, fields
from cli.transfer.importing import Options, Result, import_records
from cli.transfer.records import open_source
from dossiers.domain import person
from dossiers.domain.content import PERSON_FIELDS, Content
from dossiers.domain.errors import Cause, TryAgain
from tests.cli.transfer.fake_group import FakeGroup

FORMATS: dict[str, Callable[[TextIO], exporting.Write]] = {
    "ndjson": exporting.ndjson_writer,
    "csv": lambda file: exporting.csv_writer(file, neutralize=False),
}


def export(group: FakeGroup, file_format: str) -> bytes:
    file = io.StringIO(newline="")
    write = FORMATS[file_format](file)
    for dossier in exporting.dossiers(group):
        write(dossier)
    return file.getvalue().encode()


def import_file(group: FakeGroup, folder: Path, exported: bytes, file_format: str) -> list[Result]:
    file = folder / f"export.{file_format}"
    file.write_bytes(exported)
    with open_source(str(file), {}) as source:
        return [outcome.result for outcome in import_records(group, source.records, Options(file.name))]


def a_group(*contents: Content) -> FakeGroup:
    group = FakeGroup()
    for content in contents:
        group.create(content, None)
    return group


# Texts as a file or a request may have them; what they become is decided by the validation of the API.
awkward = st.sampled_from(
    ['"', "'", ",", ";", "\t", "\n", "\r\n", "{", "[", "=1+1", "\ufeff", "\u2028", "é", "ü", "\x85", "|"]
)
texts = st.lists(awkward | st.text(max_size=8), max_size=5).map("".join)
documents = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(PERSON_FIELDS, texts),
        "birthdate": st.sampled_from(["1980", "1980-02", "1980-02-23"]),
        "gender": st.sampled_from(["M", "F"]),
        "email": st.just("zoë@ziekenhuis.example"),
        fields.EXTERNAL_IDENTIFIER: texts,
    },
)


def content_of(flat: dict[str, str]) -> Content:
    """What a create with these fields would store, without the fields that it would refuse."""
    return person.validate(fields.nest(flat), now=datetime.now(UTC))[0].content


contents = st.lists(
    documents.map(content_of).filter(lambda content: not content.problems()),
    max_size=6,
    unique_by=lambda content: content.external_identifier or object(),
)


@pytest.mark.slow
@pytest.mark.parametrize("file_format", FORMATS)
@given(stored=contents)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_contents_survive_an_export_and_an_import(tmp_path: Path, file_format: str, stored: list[Content]) -> None:
    group = a_group(*stored)
    exported = export(group, file_format)
    before = dict(group.dossiers)
    assert import_file(group, tmp_path, exported, file_format) == [Result.EXISTED] * len(stored)
    assert group.dossiers == before
    assert export(group, file_format) == exported

    other = FakeGroup()
    assert import_file(other, tmp_path, exported, file_format) == [Result.CREATED] * len(stored)
    assert other.contents == group.contents
    assert import_file(other, tmp_path, exported, file_format) == [Result.EXISTED] * len(stored)
    again = export(other, file_format)
    assert import_file(third := FakeGroup(), tmp_path, again, file_format) == [Result.CREATED] * len(stored)
    assert third.contents == group.contents


def test_every_field_is_a_column_in_one_order() -> None:
    group = a_group(Content("EPD-1", {field: f"{field} x" for field in PERSON_FIELDS}))
    (dossier,) = group.dossiers
    header, row = csv.reader(io.StringIO(export(group, "csv").decode(), newline=""))
    assert header == ["dossier_id", "external_identifier", *PERSON_FIELDS]
    assert row == [dossier, "EPD-1", *(f"{field} x" for field in PERSON_FIELDS)]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_formulas_are_neutralized_where_requested(start: str) -> None:
    file = io.StringIO()
    exporting.csv_writer(file, neutralize=True)(("id", Content(None, {"lastname": f"{start}1", "city": "a=b"})))
    _, row = csv.reader(io.StringIO(file.getvalue()))
    assert {f"'{start}1", "a=b", "id"} <= set(row)


def test_dossiers_come_in_the_order_of_their_ids_without_deleted_ones() -> None:
    group = a_group(*(Content(None, {"lastname": str(number)}) for number in range(100)))
    ids = sorted(group.dossiers)

    def delete(_: str) -> None:
        group.dossiers.pop(ids[50], None)

    group.before = delete
    assert [dossier for dossier, _ in exporting.dossiers(group)] == ids[:50] + ids[51:]


def test_a_busy_service_is_requested_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "_WAITS", (0.001,) * 50)
    requests: list[str] = []

    def fail_at_first(request: str) -> None:
        requests.append(request)
        if len(requests) % 2:
            raise TryAgain(Cause.THROTTLED)

    group = a_group(*(Content(None, {"lastname": str(number)}) for number in range(20)))
    group.before = fail_at_first
    assert len(list(exporting.dossiers(group))) == 20


def test_a_stop_ends_the_export() -> None:
    group = a_group(*(Content(None, {"lastname": str(number)}) for number in range(500)))
    exported = list(exporting.dossiers(group, lambda: len(group.requests) > 600))
    assert 50 < len(exported) < 200
