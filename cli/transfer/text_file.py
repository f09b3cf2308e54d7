"""A file of text that is imported: its encoding, its delimiter, and its lines."""

from __future__ import annotations

import codecs
import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from local.errors import UserError

STANDARD_INPUT = "-"

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FALLBACK = "cp1252"
"""Windows-1252, which spreadsheet programs write in Western Europe when they do not write UTF-8."""

DELIMITERS = ",;\t|"

MAX_LINE = 1 << 20
"""Characters of a line. A longer one is rejected. A row has sixteen fields of 255 characters at most."""

_HEAD = 1 << 16
_CHUNK = 1 << 20
_UNDECODABLE = "\udc80"
_SURROGATES = re.compile("[\ud800-\udfff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")

# A byte that the encoding does not have becomes half of a surrogate pair, which validation refuses. No byte is guessed.
codecs.register_error("dossiers-refuse", lambda error: (_UNDECODABLE, error.end))  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Line:
    """A line with its end. `is_whole`: otherwise it was longer than MAX_LINE, and the text is its beginning."""

    number: int
    text: str
    is_whole: bool = True


@dataclass(frozen=True)
class TextFile:
    """An open file. `size`: in bytes; None for a pipe. `start`: its first characters, without white space."""

    encoding: str
    start: str
    size: int | None
    _raw: _CountingReader
    _text: TextIO

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._raw.count

    def lines(self, *, any_end: bool) -> Iterator[Line]:
        """The lines, once. `any_end`: a carriage return alone ends a line too, as in CSV; otherwise a line feed."""
        self._text.reconfigure(newline="" if any_end else "\n")  # type: ignore[attr-defined]
        ends = ("\n", "\r") if any_end else ("\n",)
        number = 0
        while text := self._text.readline(MAX_LINE):
            number += 1
            is_whole = len(text) < MAX_LINE or text.endswith(ends)
            rest = "" if is_whole else text
            while rest and not rest.endswith(ends):
                rest = self._text.readline(MAX_LINE)
            yield Line(number, text, is_whole)


@contextmanager
def open_text(path: str, encoding: str | None = None) -> Iterator[TextFile]:
    """Open a file, or standard input for `-`. `encoding` replaces detection.

    Raises UserError when the file cannot be read, or when there is no such encoding.
    """
    is_standard_input = path == STANDARD_INPUT
    try:
        binary = sys.stdin.buffer if is_standard_input else Path(path).open("rb")  # noqa: SIM115 - closed below
    except OSError as exc:
        raise UserError(f"cannot read {path}: {exc.strerror}") from exc
    try:
        yield _open(binary, encoding)
    finally:
        if not is_standard_input:
            binary.close()


def _open(binary: BinaryIO, encoding: str | None) -> TextFile:
    size = None
    begin = binary.tell() if binary.seekable() else None
    head = binary.read(_HEAD)
    found = encoding or detect_encoding(head, None if begin is None else binary)
    if begin is not None:
        size = binary.seek(0, io.SEEK_END) - begin
        binary.seek(begin)
    raw = _CountingReader(b"" if begin is not None else head, binary)
    try:
        text = io.TextIOWrapper(io.BufferedReader(raw), found, errors="dossiers-refuse")
        start = head.decode(found, errors="ignore").lstrip("\ufeff \t\r\n")
    except (LookupError, UnicodeError) as exc:  # some of Python's encodings are not for text, or not for files
        raise UserError(f"there is no text encoding {found!r}") from exc
    return TextFile(found, start, size, raw, text)


def detect_encoding(head: bytes, rest: BinaryIO | None = None) -> str:
    """The encoding that a byte order mark names; otherwise UTF-8 or FALLBACK, whichever has more of the bytes.

    In UTF-8, each letter beyond ASCII is a sequence of bytes that other encodings hardly ever have. So a file with more
    such sequences than invalid bytes is UTF-8 with damaged rows. `head`: the first bytes. `rest`: the file, of which
    the bytes after them are read too.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    letters = invalid = 0
    for chunk, is_last in _chunks(head, rest):
        text = decoder.decode(chunk, is_last)
        if not text.isascii():
            bad = len(_SURROGATES.findall(text))
            invalid += bad
            letters += len(_BEYOND_ASCII.findall(text)) - bad
    return "utf-8" if letters >= invalid else FALLBACK


def _chunks(head: bytes, rest: BinaryIO | None) -> Iterator[tuple[bytes, bool]]:
    """The bytes, and whether the file ends with them. A letter may be cut by the end of a chunk."""
    if rest is None:
        yield head, len(head) < _HEAD
        return
    yield head, False
    while chunk := rest.read(_CHUNK):
        yield chunk, False
    yield b"", True


def detect_delimiter(header: str) -> str:
    """The delimiter that occurs most often in a header line, outside of quotes; the comma when none does."""
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


class _CountingReader(io.RawIOBase):
    """The bytes that were read ahead of a stream, and then the stream. Counts the bytes that were read of it."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self.count = 0
        self._head = memoryview(head)
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._head:
            count = min(len(buffer), len(self._head))
            buffer[:count] = self._head[:count]
            self._head = self._head[count:]
        else:
            count = self._stream.readinto(buffer)  # type: ignore[attr-defined]
        self.count += count
        return count
