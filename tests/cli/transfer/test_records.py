"""The records of CSV and NDJSON files."""

import json
from pathlib import Path

import pytest

from cli.transfer import csv_rows, text_file
from cli.transfer.records import open_source
from local.errors import UserError
from tests.cli.transfer.files import flat, problems, records

DOSSIER = "59abe42d-ad25-4273-95ef-86444705e8d3"


def a_file(folder: Path, content: str | bytes, name: str = "file.csv") -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


# --- CSV --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", list(text_file.DELIMITERS))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_columns_come_in_any_order_delimiter_encoding_and_line_end(
    tmp_path: Path, delimiter: str, encoding: str, end: str
) -> None:
    rows = [["lastname", "external_identifier", "firstname"], ["Müller", "EPD-1", "Zoë"], ["Vos", "", "Jan"]]
    file = a_file(tmp_path, "".join(delimiter.join(row) + end for row in rows).encode(encoding))
    first, second = records(file)
    assert flat(first) == {"lastname": "Müller", "external_identifier": "EPD-1", "firstname": "Zoë"}
    assert flat(second) == {"lastname": "Vos", "firstname": "Jan"}
    assert (first.line, second.line) == (2, 3)


def test_names_are_mapped_and_columns_ignored(tmp_path: Path) -> None:
    file = a_file(tmp_path, "Naam;Opmerking;;a=b\nVos;x;y;Utrecht\n")
    (record,) = records(file, {"Naam": "lastname", "Opmerking": "", "": "", "a=b": "city"})
    assert flat(record) == {"lastname": "Vos", "city": "Utrecht"}


def test_names_in_the_header_are_trimmed(tmp_path: Path) -> None:
    (record,) = records(a_file(tmp_path, "\ufeff lastname , firstname\nVos,Jan\n"), encoding="utf-8")
    assert flat(record) == {"lastname": "Vos", "firstname": "Jan"}


@pytest.mark.parametrize(
    ("content", "names", "message"),
    [
        ("nickname,lastname\n", {}, "unknown columns: 'nickname'; --map COLUMN=FIELD"),
        ("lastname,lastname\n", {}, "two columns are lastname"),
        ("lastname,Naam\n", {"Naam": "lastname"}, "two columns are lastname"),
        ("lastname\n", {"Naam": "firstname"}, "--map names columns that the file lacks: 'Naam'"),
        ("Naam\n", {"Naam": ""}, "no column of the file is a field"),
        ("", {}, "the file is empty"),
        ("\n\n", {}, "the first line has to name the columns"),
        ('"lastname\nVos\n', {}, "the first line has to name the columns"),
        ("[\n{}\n]", {}, "the file is a JSON array"),
        ("line,lastname\n", {}, "unknown columns: 'line'"),
    ],
)
def test_a_wrong_header_is_reported(tmp_path: Path, content: str, names: dict[str, str], message: str) -> None:
    with pytest.raises(UserError) as error:
        records(a_file(tmp_path, content), names)
    assert message in str(error.value)


def test_a_field_may_contain_line_ends_delimiters_and_quotes(tmp_path: Path) -> None:
    file = a_file(tmp_path, 'street,city\n"A\nB, C","say ""hi"""\n"D",E\n')
    first, second = records(file)
    assert flat(first) == {"street": "A\nB, C", "city": 'say "hi"'}
    assert (first.line, second.line) == (2, 4)


def test_blank_lines_are_skipped_and_counted(tmp_path: Path) -> None:
    found = records(a_file(tmp_path, "lastname,city\n\n  \nVos,U\n\r\n\nBos,V"))
    assert [(record.line, flat(record)["lastname"]) for record in found] == [(4, "Vos"), (7, "Bos")]


@pytest.mark.parametrize("row", ["Vos", "Vos,U,x", "Vos,U,"])
def test_a_row_with_another_number_of_cells_is_rejected_with_all_its_cells(tmp_path: Path, row: str) -> None:
    wrong, right = records(a_file(tmp_path, f"lastname,city\n{row}\nBos,V\n"))
    assert problems(wrong) == {"base": ["invalid"]}
    assert wrong.original == row.split(",")
    assert flat(right)["lastname"] == "Bos"


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ('"Vos,U', ["Vos,U"]),
        ('Vos,"U', ["Vos", "U"]),
        ('"Vos"x,U', ["Vosx", "U"]),
    ],
)
def test_a_quote_in_the_wrong_place_costs_its_own_line_and_not_the_rest_of_the_file(
    tmp_path: Path, row: str, cells: list[str]
) -> None:
    before, wrong, after, last = records(a_file(tmp_path, f"lastname,city\nA,B\n{row}\nC,D\nE,F\n"))
    assert (problems(wrong), wrong.line, wrong.original) == ({"base": ["invalid"]}, 3, cells)
    assert [flat(record) for record in (before, after, last)] == [
        {"lastname": "A", "city": "B"}, {"lastname": "C", "city": "D"}, {"lastname": "E", "city": "F"},
    ]  # fmt: skip
    assert (after.line, last.line) == (4, 5)


def test_a_row_that_is_too_long_is_rejected_and_the_rows_after_it_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (text_file, csv_rows):
        monkeypatch.setattr(module, "MAX_LINE", 40)
    lines = ["lastname,city", "x" * 50 + ",y", '"Vos', *(f"{number},z" for number in range(20))]
    long, unclosed, *others = records(a_file(tmp_path, "\n".join(lines)))
    assert problems(long) == {"base": ["too_long"]}
    assert (problems(unclosed), unclosed.original) == ({"base": ["invalid"]}, ["Vos"])
    assert [flat(record)["lastname"] for record in others] == [str(number) for number in range(20)]
    assert [record.line for record in others] == list(range(4, 24))


def test_a_nul_and_a_broken_byte_reach_validation(tmp_path: Path) -> None:
    first, second = records(a_file(tmp_path, "lastname,city\nVo\x00s,Zoë é\n".encode() + b"V\xffs,U\n"))
    assert flat(first)["lastname"] == "Vo\x00s"
    assert flat(second)["lastname"] == "V\udc80s"


def test_a_corrected_file_of_rejected_rows_is_read_without_its_first_columns(tmp_path: Path) -> None:
    (record,) = records(a_file(tmp_path, "line,field,keyword,lastname\n7,lastname,invalid,Vos\n"))
    assert (flat(record), record.original) == ({"lastname": "Vos"}, ["Vos"])


def test_a_row_may_name_its_dossier(tmp_path: Path) -> None:
    found = records(a_file(tmp_path, f"dossier_id,lastname\n {DOSSIER} ,Vos\n,Bos\n12,Mos\n"))
    assert [record.dossier_id for record in found] == [DOSSIER, None, None]
    assert [problems(record) for record in found] == [{}, {}, {"dossier_id": ["invalid"]}]
    assert "dossier_id" not in found[0].document


# --- NDJSON -----------------------------------------------------------------------------------------------------------


def ndjson(folder: Path, *lines: str) -> Path:
    return a_file(folder, "\n".join(lines), "file.ndjson")


def test_an_object_is_nested_or_flat(tmp_path: Path) -> None:
    nested = {"dossier": {"external_identifier": "EPD-1"}, "person": {"lastname": "Vos"}}
    flat_one = {"external_identifier": "EPD-1", "lastname": "Vos"}
    found = records(ndjson(tmp_path, json.dumps(nested), json.dumps(flat_one)))
    assert [record.document for record in found] == [nested, nested]


def test_members_of_flat_objects_are_mapped(tmp_path: Path) -> None:
    file = ndjson(tmp_path, '{"Naam": "Vos", "Opmerking": 1}', '{"Naam": "Vos", "lastname": "Bos"}')
    first, second = records(file, {"Naam": "lastname", "Opmerking": ""})
    assert flat(first) == {"lastname": "Vos"}
    assert problems(second) == {"base": ["invalid"]}


def test_unknown_members_stay_for_validation_to_report(tmp_path: Path) -> None:
    found = records(ndjson(tmp_path, '{"nickname": "x"}', '{"person": {}, "lastname": "x"}', '{"line": 1}'))
    assert [set(record.document) - {"dossier", "person"} for record in found] == [{"nickname"}, {"lastname"}, {"line"}]


@pytest.mark.parametrize(
    "line",
    ["{", "nonsense", '{"lastname": NaN}', '{"lastname": "a", "lastname": "b"}', "[1]", '{"lastname": "a\x00b"}'],
)
def test_a_line_that_is_no_object_is_rejected_with_its_text(tmp_path: Path, line: str) -> None:
    first, wrong, last = records(ndjson(tmp_path, '{"lastname": "Vos"}', line, "", '{"lastname": "Bos"}'))
    assert (problems(wrong), wrong.line) == ({"base": ["invalid_json"]}, 2)
    assert str(wrong.original).strip() == line
    assert (flat(first), flat(last), last.line) == ({"lastname": "Vos"}, {"lastname": "Bos"}, 4)


def test_line_separators_in_a_text_do_not_end_a_line(tmp_path: Path) -> None:
    (record,) = records(ndjson(tmp_path, '{"street": "A\u2028B\u0085C"}'))
    assert flat(record) == {"street": "A\u2028B\u0085C"}


def test_a_line_that_is_too_long_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_file, "MAX_LINE", 30)
    long, last = records(ndjson(tmp_path, json.dumps({"lastname": "x" * 99}), '{"lastname": "Vos"}'))
    assert (problems(long), flat(last)) == ({"base": ["too_long"]}, {"lastname": "Vos"})


def test_members_of_a_file_of_rejected_rows_are_ignored(tmp_path: Path) -> None:
    (record,) = records(ndjson(tmp_path, '{"line": 3, "errors": {"base": ["x"]}, "lastname": "Vos"}'))
    assert record.document == {"dossier": {}, "person": {"lastname": "Vos"}}


@pytest.mark.parametrize("value", ["12", "true", "[]", '"12"'])
def test_an_id_that_is_none_is_rejected(tmp_path: Path, value: str) -> None:
    (record,) = records(ndjson(tmp_path, f'{{"dossier_id": {value}, "person": {{"lastname": "Vos"}}}}'))
    assert problems(record) == {"dossier_id": ["invalid"]}


@pytest.mark.parametrize("name", ["file.ndjson", "file.jsonl"])
def test_an_export_of_an_empty_group_has_no_records(tmp_path: Path, name: str) -> None:
    assert records(a_file(tmp_path, "", name)) == []


def test_what_was_detected_is_described(tmp_path: Path) -> None:
    for file, description in (
        (a_file(tmp_path, "lastname;city\nMüller;x".encode("cp1252")), "CSV, Windows-1252, separated by semicolon"),
        (a_file(tmp_path, "\ufefflastname\n", "b.csv"), "CSV, UTF-8 with a byte order mark, separated by comma"),
        (ndjson(tmp_path, '{"lastname": "Vos"}'), "NDJSON, UTF-8"),
    ):
        with open_source(str(file), {}) as source:
            assert source.description == description


def test_an_encoding_that_does_not_fit_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="as utf-32"):
        records(a_file(tmp_path, "lastname\nVos\n"), encoding="utf-32")
