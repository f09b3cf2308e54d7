"""The encoding, the delimiter and the lines of a file."""

import io
from pathlib import Path

import pytest

from cli.transfer import text_file
from cli.transfer.text_file import detect_delimiter, detect_encoding, open_text
from local.errors import UserError


@pytest.mark.parametrize(
    ("text", "written", "detected"),
    [
        ("Zoë", "utf-8", "utf-8"),
        ("Zoe", "ascii", "utf-8"),
        ("", "utf-8", "utf-8"),
        ("Zoë", "cp1252", "cp1252"),
        ("Zoë €", "cp1252", "cp1252"),
        ("Zoë", "utf-8-sig", "utf-8-sig"),
        ("Zoë", "utf-16", "utf-16"),
        ("Zoë", "utf-32", "utf-32"),
        ("藤原", "utf-8", "utf-8"),
    ],
)
def test_the_encoding_is_detected(tmp_path: Path, text: str, written: str, detected: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(text.encode(written))
    with open_text(str(file)) as opened:
        assert opened.encoding == detected
        assert "".join(line.text for line in opened.lines(any_end=True)) == text


def test_all_bytes_of_a_file_are_looked_at_but_only_the_first_of_a_stream() -> None:
    late = b"x" * 3_000_000 + "ë".encode("cp1252")
    assert detect_encoding(late[:65536], io.BytesIO(late[65536:])) == "cp1252"
    assert detect_encoding(late[:65536]) == "utf-8"


def test_a_letter_may_be_cut_by_the_end_of_the_first_bytes() -> None:
    encoded = b"x" + "ë".encode() * 40_000
    assert detect_encoding(encoded[:65536]) == "utf-8"
    assert detect_encoding(encoded[:65536], io.BytesIO(encoded[65536:])) == "utf-8"


def test_one_damaged_byte_does_not_turn_a_file_in_utf8_into_windows_1252() -> None:
    assert detect_encoding("Zoë, René".encode() + b"\xeb") == "utf-8"
    assert detect_encoding("Ã«".encode("cp1252") + "Zoë, René, Müller".encode("cp1252")) == "cp1252"


@pytest.mark.parametrize(
    ("encoded", "encoding", "text"),
    [
        (b"a\xff\xffb", "utf-8", "a\udc80\udc80b"),
        (b"a\x81b", "cp1252", "a\udc80b"),
        (b"a\xebb", "ascii", "a\udc80b"),
        ("ab".encode("utf-16-le") + b"\x00\xd8c\x00", "utf-16-le", "ab\udc80c"),
    ],
)
def test_a_byte_that_the_encoding_does_not_have_is_never_guessed(
    tmp_path: Path, encoded: bytes, encoding: str, text: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(encoded)
    with open_text(str(file), encoding) as opened:
        assert [line.text for line in opened.lines(any_end=True)] == [text]


@pytest.mark.parametrize("encoding", ["utf-9", "hex", "rot13", "undefined", "idna"])
def test_an_encoding_that_does_not_exist_is_reported(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")
    with pytest.raises(UserError, match="there is no text encoding"), open_text(str(file), encoding):
        pass


@pytest.mark.parametrize("path", ["missing", ".", "file/below"])
def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=f"^cannot read {path}: "), open_text(path):
        pass


def test_lines_are_numbered_and_a_long_one_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_file, "MAX_LINE", 5)
    file = tmp_path / "file"
    file.write_bytes(b"abc\nabcdefghijklm\r\nabcd\n\nabcdef")
    with open_text(str(file)) as opened:
        lines = [(line.number, line.text, line.is_whole) for line in opened.lines(any_end=True)]
    assert lines == [
        (1, "abc\n", True), (2, "abcde", False), (3, "abcd\n", True), (4, "\n", True), (5, "abcde", False),
    ]  # fmt: skip


def test_a_carriage_return_alone_ends_a_line_where_the_format_says_so(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"a\rb\r\nc")
    for any_end, expected in ((True, ["a\r", "b\r\n", "c"]), (False, ["a\rb\r\n", "c"])):
        with open_text(str(file)) as opened:
            assert [line.text for line in opened.lines(any_end=any_end)] == expected


def test_the_position_is_the_number_of_bytes_read(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes("ë\n".encode() * 100_000)
    with open_text(str(file)) as opened:
        assert (opened.position, opened.size) == (0, 300_000)
        lines = opened.lines(any_end=False)
        next(lines)
        assert 0 < opened.position < 100_000
        assert sum(1 for _ in lines) == 99_999
        assert opened.position == 300_000


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("a,b,c", ","), ("a;b;c", ";"), ("a\tb", "\t"), ("a|b", "|"), ("a", ","), ("", ","), ('"a,b";c', ";"),
        ('"a;b",c,"d"', ","),
    ],
)  # fmt: skip
def test_the_delimiter_is_detected(header: str, delimiter: str) -> None:
    assert detect_delimiter(header) == delimiter
