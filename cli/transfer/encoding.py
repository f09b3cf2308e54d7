"""The encoding and the delimiter of a file."""

from __future__ import annotations

import codecs
import io
from typing import BinaryIO

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FALLBACK = "cp1252"
"""What spreadsheet programs write in Western Europe when they do not write UTF-8."""

DELIMITERS = ",;\t|"

_CHUNK = 1 << 20


def detect_encoding(head: bytes, rest: BinaryIO | None) -> str:
    """The encoding that a byte order mark names; else UTF-8, if all bytes are valid UTF-8; else FALLBACK.

    `head`: the first bytes. `rest`: a seekable file whose bytes follow; None when only the head can be looked at.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
        if rest is not None:
            for chunk in iter(lambda: rest.read(_CHUNK), b""):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return FALLBACK
    return "utf-8"


def detect_delimiter(header: str) -> str:
    """The delimiter that occurs most often in a header line, outside of quotes; the comma when none does."""
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


class Joined(io.RawIOBase):
    """The bytes that were read ahead of a stream, and then the stream."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = memoryview(head)
        self._stream = stream

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer; returns how many bytes it got, 0 at the end."""
        if not self._head:
            data = self._stream.read(len(buffer))
            buffer[: len(data)] = data
            return len(data)
        count = min(len(buffer), len(self._head))
        buffer[:count] = self._head[:count]
        self._head = self._head[count:]
        return count
