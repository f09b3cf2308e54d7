"""The file of rejected rows."""

import csv
import json
import stat
from pathlib import Path

import pytest

from cli.transfer import text_file
from cli.transfer.importing import Options, Result, import_records
from cli.transfer.records import open_source
from cli.transfer.rejections import Rejections, default_path
from local.errors import UserError
from tests.cli.transfer.fake_group import FakeGroup
from tests.cli.transfer.files import flat, records


def reject(file: Path) -> Path:
    """Import a file into an empty group. Returns the file of rejected rows, which may not exist."""
    with open_source(str(file), {}) as source:
        path = default_path(str(file), source)
        with Rejections(path, source) as rejections:
            for outcome in import_records(FakeGroup(), source.records, Options(file.name)):
                if outcome.result is Result.REJECTED:
                    rejections.add(outcome.record, outcome.problems)
    return path


def a_file(folder: Path, content: bytes, name: str = "patients.csv") -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def test_a_rejected_row_is_one_row_with_its_line_its_problems_and_its_cells(tmp_path: Path) -> None:
    content = 'lastname;email;gender\nVos;x;V\nBos;;M\n"Mos";;M;more\n"open;;\n'
    rejected = reject(a_file(tmp_path, content.encode()))
    assert rejected == tmp_path / "patients.rejected.csv"
    assert list(csv.reader(rejected.read_text().splitlines(), delimiter=";")) == [
        ["line", "field", "keyword", "lastname", "email", "gender"],
        ["2", "email; gender", "invalid_email; inclusion", "Vos", "x", "V"],
        ["4", "base", "invalid", "Mos", "", "M", "more"],
        ["5", "base", "invalid", "open;;"],
    ]


def test_the_file_has_the_encoding_of_the_imported_one(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        rejected = reject(a_file(tmp_path, "lastname,email\nMüller,x\n".encode(encoding)))
        assert rejected.read_bytes().decode(encoding) == (
            "line,field,keyword,lastname,email\r\n2,email,invalid_email,Müller,x\r\n"
        )


def test_a_byte_that_the_encoding_does_not_have_becomes_a_question_mark(tmp_path: Path) -> None:
    rejected = reject(a_file(tmp_path, "lastname\nZoë\n".encode() + b"V\xff\n"))
    assert rejected.read_text().splitlines()[1:] == ["3,lastname,invalid,V?"]


@pytest.mark.parametrize("text", [rb"V\ud800s", b"V\xffs"])
def test_text_of_ndjson_that_cannot_be_decoded_is_rejected_again(tmp_path: Path, text: bytes) -> None:
    content = '{"lastname":"Zoë"}\n{"lastname":"%s"}\n'.encode() % text
    rejected = reject(a_file(tmp_path, content, "patients.ndjson"))
    assert json.loads(rejected.read_text())["line"] == 2
    again = reject(a_file(tmp_path, rejected.read_bytes(), "copy.ndjson"))
    assert len(again.read_text().splitlines()) == 1


def test_a_rejected_line_of_ndjson_keeps_its_members(tmp_path: Path) -> None:
    lines = [
        '{"lastname": "Vos", "email": "x", "nickname": 1.5}',
        '{"person": {"gender": "V"}}',
        "{broken",
        '{"city": "U"}',
    ]
    rejected = reject(a_file(tmp_path, "\n".join(lines).encode(), "patients.ndjson"))
    assert rejected == tmp_path / "patients.rejected.ndjson"
    assert [json.loads(line) for line in rejected.read_text().splitlines()] == [
        {"line": 1, "errors": {"nickname": ["unknown"], "email": ["invalid_email"]}, **json.loads(lines[0])},
        {"line": 2, "errors": {"gender": ["inclusion"]}, **json.loads(lines[1])},
        {"line": 3, "errors": {"base": ["invalid_json"]}, "text": "{broken"},
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'lastname,street,email\nVos,"A\nB",x\n'),
        ("a.ndjson", '{"lastname": "Vos", "street": "A\\nB", "email": "x"}\n'),
        ("a.ndjson", '{"person": {"lastname": "Vos", "street": "A\\nB", "email": "x"}}\n'),
    ],
)
def test_a_corrected_file_can_be_imported_and_rejected_again(tmp_path: Path, name: str, content: str) -> None:
    first = reject(a_file(tmp_path, content.encode(), name))
    (record,) = records(first)
    assert flat(record) == {"lastname": "Vos", "street": "A\nB", "email": "x"}
    second = reject(first)
    assert second.name == name.replace("a.", "a.rejected.rejected.")
    (again,) = records(second)
    assert flat(again) == flat(record)
    if name == "a.csv":
        assert second.read_text() == first.read_text()
    corrected = a_file(tmp_path, first.read_text().replace("x", "a@b.nl").encode(), f"corrected-{name}")
    assert not reject(corrected).exists()


def test_without_a_rejected_row_there_is_no_file_and_an_earlier_one_is_kept_beside(tmp_path: Path) -> None:
    wrong = a_file(tmp_path, b"lastname,email\nVos,x\n")
    rejected = reject(wrong)
    corrected = "line,field,keyword,lastname,email\r\n2,email,invalid_email,Vos,a@b.nl\r\n"
    rejected.write_text(corrected, newline="")
    a_file(tmp_path, b"lastname,email\nVos,\n")
    assert not reject(wrong).exists()
    assert rejected.with_name("patients.rejected.csv.bak").read_bytes() == corrected.encode()


def test_only_the_user_may_read_it(tmp_path: Path) -> None:
    rejected = reject(a_file(tmp_path, b"lastname,email\nVos,x\n"))
    assert stat.S_IMODE(rejected.stat().st_mode) == 0o600


@pytest.mark.parametrize("path", ["missing/rejected.csv", "."])
def test_a_file_that_cannot_be_written_is_reported_before_the_import(tmp_path: Path, path: str) -> None:
    with (
        open_source(str(a_file(tmp_path, b"lastname\nVos\n")), {}) as source,
        pytest.raises(UserError, match="cannot write the rejected rows to"),
    ):
        Rejections(tmp_path / path, source)


def test_a_line_that_is_too_long_is_named_without_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_file, "MAX_LINE", 30)
    rejected = reject(a_file(tmp_path, b"lastname\n" + b"x" * 50 + b"\nVos\n"))
    assert rejected.read_text().splitlines()[1:] == ["2,base,too_long"]


def test_the_default_is_beside_the_file_and_here_for_standard_input(tmp_path: Path) -> None:
    with open_source(str(a_file(tmp_path, b"lastname\n")), {}) as source:
        assert default_path("a/b.c.txt", source) == Path("a/b.c.rejected.csv")
        assert default_path("a/b", source) == Path("a/b.rejected.csv")
        assert default_path("-", source) == Path("import.rejected.csv")
