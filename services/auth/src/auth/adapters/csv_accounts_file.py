"""The accounts file on disk: read twice, first to know what it is, then line by line; never held whole."""

import csv
import io
import os
import stat
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from auth.adapters.file_nature import CHUNK_BYTES, Nature, recognise
from auth.application.ports import Record
from auth.domain.accounts_file import Layout, read_header, sniff_separator
from auth.domain.faults import Fault
from shared.kernel.refusals import Refused

Stamp = tuple[int, int]
"""Size in bytes and time of the last change in nanoseconds."""

LINE_CHARS_MAX = 20_000
RECORD_LINES_MAX = 10
"""How many lines of text one quoted record may span; beyond, a quote was left open."""


class CsvAccountsFile:
    """An opened file whose header is in order: an adapter of the port `AccountsFile`."""

    def __init__(self, raw: BinaryIO, nature: Nature, before: Stamp) -> None:
        self._raw = raw
        self._before = before
        self._torn = False
        self.digest = nature.digest
        self.encoding = nature.encoding
        codec = "utf-8-sig" if nature.encoding == "utf-8" else "cp1252"
        self._lines = _Lines(io.TextIOWrapper(raw, codec, errors="strict", newline=None))
        self.layout = Layout(0, {})

    def begin(self) -> Refused | None:
        """Read the header line."""
        try:
            first = self._first_line()
        except UnicodeDecodeError:
            return Refused("changed_meanwhile")
        if first is None:
            return Refused("empty_file")
        self._separator = sniff_separator(first)
        cells = self._cells(first)
        layout = Refused("no_header") if cells is None else read_header(cells)
        if isinstance(layout, Refused):
            return layout
        self.layout = layout
        return None

    def records(self) -> Iterator[Record]:
        """Every record with the number of its first line: its cells, or the fault that hides them.

        Ends where the bytes are no longer text as they were when the file was recognised: it has changed meanwhile.
        """
        try:
            yield from self._records()
        except UnicodeDecodeError:
            self._torn = True

    def changed_meanwhile(self) -> bool:
        """Whether somebody wrote to the file since it was opened."""
        return self._torn or _stamp(self._raw) != self._before

    def _records(self) -> Iterator[Record]:
        while (text := self._lines.take()) is not None:
            line = self._lines.number
            if len(text) > LINE_CHARS_MAX:
                yield line, Fault(line, "", "", "line_too_long")
                continue
            cells = self._cells(text)
            if cells is None:
                cells = self._spanning(text)
            if cells is None:
                yield line, Fault(line, "", "", "unreadable_line")
            elif any(cell.strip() for cell in cells):
                yield line, cells

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._raw.close()

    def _first_line(self) -> str | None:
        first = self._lines.take()
        while first is not None and not first.strip():
            first = self._lines.take()
        return first

    def _cells(self, text: str) -> list[str] | None:
        try:
            rows = list(csv.reader([text], delimiter=self._separator, strict=True))
        except csv.Error:
            return None
        if not rows:
            return []
        return rows[0] if len(rows) == 1 else None

    def _spanning(self, text: str) -> list[str] | None:
        """A record whose quoted cell holds line ends; only believed when it has the header's width.

        Otherwise the lines after the first are given back, so that one forgotten quote costs one line.
        """
        taken: list[str] = []
        while len(taken) < RECORD_LINES_MAX - 1 and (following := self._lines.take()) is not None:
            taken.append(following)
            text += following
            cells = self._cells(text)
            if cells is not None and len(cells) == self.layout.width:
                return cells
        self._lines.give_back(taken)
        return None


class _Lines:
    """Lines of text with their numbers, from 1; a line that is too long comes cut, its rest skipped."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._returned: deque[str] = deque()
        self.number = 0

    def take(self) -> str | None:
        line = self._returned.popleft() if self._returned else self._text.readline(LINE_CHARS_MAX + 1)
        if not line:
            return None
        self.number += 1
        if len(line) > LINE_CHARS_MAX and not line.endswith("\n"):
            self._skip_rest()
        return line

    def give_back(self, lines: list[str]) -> None:
        self._returned.extendleft(reversed(lines))
        self.number -= len(lines)

    def _skip_rest(self) -> None:
        while (rest := self._text.readline(CHUNK_BYTES)) and not rest.endswith("\n"):
            pass


def open_accounts_file(path: Path) -> CsvAccountsFile | Refused:
    """Open and recognise a file; close it after use.

    Refused as `no_such_file`, `is_a_directory`, `not_a_file`, `not_readable`, `empty_file`, `spreadsheet`,
    `utf16`, `binary`, `unknown_encoding`, `mixed_encoding`, `no_header`, `repeated_columns`, `missing_columns`
    or `changed_meanwhile`.
    """
    try:
        raw = _opened(path)
    except OSError:
        return Refused("not_readable")
    if isinstance(raw, Refused):
        return raw
    try:
        before = _stamp(raw)
        nature = recognise(raw)
        if isinstance(nature, Refused):
            raw.close()
            return nature
        raw.seek(0)
        file = CsvAccountsFile(raw, nature, before)
        refusal = file.begin()
    except OSError:
        raw.close()
        return Refused("not_readable")
    if refusal:
        raw.close()
        return refusal
    return file


def _opened(path: Path) -> BinaryIO | Refused:
    if not path.exists():
        return Refused("no_such_file")
    if path.is_dir():
        return Refused("is_a_directory")
    if not stat.S_ISREG(path.stat().st_mode):
        return Refused("not_a_file")
    return path.open("rb")


def _stamp(raw: BinaryIO) -> Stamp:
    now = os.fstat(raw.fileno())
    return now.st_size, now.st_mtime_ns
