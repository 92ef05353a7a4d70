"""What a file is before it is read: its digest and its encoding, or why it cannot be an accounts file."""

import codecs
import hashlib
import re
from dataclasses import dataclass
from typing import BinaryIO

from auth.application.ports import Encoding
from shared.kernel.refusals import Refused

CHUNK_BYTES = 1 << 20

_UNDEFINED_IN_1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

_FRENCH_IN_UTF8 = re.compile(
    rb"\xc3[\x80\x82\x84\x86-\x8b\x8e\x8f\x94\x96\x99\x9b\x9c\xa0\xa2\xa4\xa6-\xab\xae\xaf\xb4\xb6\xb9\xbb\xbc\xbf]"
    rb"|\xc5[\x92\x93\xb8]"
)
"""An accented letter of French as UTF-8 writes it. In Windows-1252 these pairs are « Ã© », « Ã¨ », « Å“ »: a capital that
French does not have before a sign that follows no capital, so nobody wrote them on purpose. A lone é (0xE9) is no such
pair. One of them is thus enough to know that a file was meant as UTF-8, and was damaged or put together from two: read
as Windows-1252 it would give every such name a wrong spelling and, for ever, a wrong identifier."""


@dataclass(frozen=True, slots=True)
class Nature:
    """`digest` is SHA-256 of the bytes, in hexadecimal."""

    digest: str
    encoding: Encoding


def recognise(raw: BinaryIO) -> Nature | Refused:
    """Read the whole file once, in pieces.

    Refused as `empty_file`, `spreadsheet`, `utf16`, `binary`, `unknown_encoding`, or `mixed_encoding` with a line.
    """
    hashed = hashlib.sha256()
    utf8, in_1252, size = _Utf8(), True, 0
    while chunk := raw.read(CHUNK_BYTES):
        if size == 0 and chunk.startswith(_SPREADSHEETS):
            return Refused("spreadsheet")
        if size == 0 and chunk.startswith(_UTF16):
            return Refused("utf16")
        if b"\x00" in chunk:
            return Refused("binary")
        size += len(chunk)
        hashed.update(chunk)
        utf8.feed(chunk)
        in_1252 = in_1252 and _UNDEFINED_IN_1252.isdisjoint(chunk)
    if size == 0:
        return Refused("empty_file")
    encoding = _encoding(utf8, in_1252=in_1252)
    return encoding if isinstance(encoding, Refused) else Nature(hashed.hexdigest(), encoding)


def _encoding(utf8: "_Utf8", *, in_1252: bool) -> Encoding | Refused:
    if utf8.holds_to_the_end():
        return "utf-8"
    if utf8.was_meant:
        return Refused("mixed_encoding", str(utf8.bad_line))
    return "windows-1252" if in_1252 else Refused("unknown_encoding")


class _Utf8:
    """Whether bytes that come in pieces are UTF-8; where they first are not, and whether they were meant to be."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._last = b""
        self._lines = 0
        self.was_meant = False
        self.bad_line: int | None = None

    def feed(self, chunk: bytes) -> None:
        """Take a piece; a letter may lie across two of them."""
        if not self.was_meant:
            start = not self._lines and not self._last and chunk.startswith(codecs.BOM_UTF8)
            self.was_meant = start or bool(_FRENCH_IN_UTF8.search(self._last + chunk))
            self._last = chunk[-1:]
        if self.bad_line is None:
            self._decode(chunk, final=False)

    def holds_to_the_end(self) -> bool:
        if self.bad_line is None:
            self._decode(b"", final=True)
        return self.bad_line is None

    def _decode(self, chunk: bytes, *, final: bool) -> None:
        try:
            self._decoder.decode(chunk, final)
        except UnicodeDecodeError as failure:
            self.bad_line = self._lines + failure.object[: failure.start].count(b"\n") + 1
        self._lines += chunk.count(b"\n")
