"""What a file is before it is read: its digest and its encoding, or why it cannot be an accounts file."""

import codecs
import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from auth.application.ports import Encoding
from shared.kernel.refusals import Refused

CHUNK_BYTES = 1 << 20

_UNDEFINED_IN_1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Nature:
    """`digest` is SHA-256 of the bytes, in hexadecimal."""

    digest: str
    encoding: Encoding


def recognise(raw: BinaryIO) -> Nature | Refused:
    """Read the whole file once, in pieces. Refused as `empty_file`, `spreadsheet`, `utf16`, `binary` or `unknown_encoding`."""
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
    if utf8.holds_to_the_end():
        return Nature(hashed.hexdigest(), "utf-8")
    return Nature(hashed.hexdigest(), "windows-1252") if in_1252 else Refused("unknown_encoding")


class _Utf8:
    """Whether bytes that come in pieces are UTF-8."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._holds = True

    def feed(self, chunk: bytes) -> None:
        if self._holds:
            try:
                self._decoder.decode(chunk)
            except UnicodeDecodeError:
                self._holds = False

    def holds_to_the_end(self) -> bool:
        if self._holds:
            try:
                self._decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                self._holds = False
        return self._holds
