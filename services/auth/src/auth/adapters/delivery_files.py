"""The XML documents of a delivery: a directory, a zip, a tar or one file, each read as a stream within limits.

Nothing is ever written to disk, so a member's name can lead nowhere: it is only shown, cut and cleaned.
"""

import gzip
import hashlib
import io
import lzma
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from shared.kernel.refusals import Refused

CHUNK_BYTES = 1 << 16
FILES_MAX = 10_000
DELIVERY_BYTES_MAX = 8 << 30
EXPANDED_FREE_BYTES = 64 << 20
"""An archive may always expand to this much; beyond, only to `EXPANSION_MAX` times its own size."""
EXPANSION_MAX = 200
NAME_SHOWN_MAX = 80

_TARS = (".tar.gz", ".tgz", ".tar")
_HEAD_BYTES = 256

_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,  # a member of a zip may be packed in any of three ways
    EOFError,
    OSError,
    ValueError,
)

Document = tuple[str, Iterator[bytes]]


class DeliveryRefused(Exception):
    """The delivery cannot be read on; the refusal says why."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


def looks_like_delivery(path: Path) -> bool:
    """Whether a path is a delivery and not an accounts file: by its kind, its name, or its first sign."""
    if path.is_dir() or path.name.lower().endswith((*_TARS, ".zip", ".xml")):
        return True
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
    except OSError:
        return False


@dataclass(slots=True)
class Budget:
    """How much may still come out of a delivery of `size_bytes`."""

    size_bytes: int
    spent_bytes: int = 0
    files: int = 0

    def spend(self, count: int) -> None:
        self.spent_bytes += count
        allowed = min(DELIVERY_BYTES_MAX, max(EXPANDED_FREE_BYTES, self.size_bytes * EXPANSION_MAX))
        if self.spent_bytes > allowed:
            raise DeliveryRefused(Refused("delivery_too_large", f"plus de {allowed >> 20} Mio"))

    def one_more_file(self) -> None:
        self.files += 1
        if self.files > FILES_MAX:
            raise DeliveryRefused(Refused("delivery_too_large", f"plus de {FILES_MAX} fichiers"))


def regular_files(path: Path) -> list[Path]:
    """The files of a delivery on disk, in the order of their names; links are not followed."""
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.is_file() and not file.is_symlink())
        return [file for file in found if file.name.lower().endswith(".xml")]
    return [path]


def documents(path: Path, digest: "hashlib._Hash") -> Iterator[Document]:
    """Every XML document with its shown name; each must be read before the next is asked for.

    The digest is fed with the bytes as they are on disk. Raises DeliveryRefused.
    """
    files = regular_files(path)
    budget = Budget(sum(file.stat().st_size for file in files))
    name = path.name.lower()
    if path.is_dir() or not name.endswith((*_TARS, ".zip")):
        for file in files:
            budget.one_more_file()
            yield shown(file.name), _on_disk(file, budget, digest)
        return
    with path.open("rb") as raw:
        while chunk := raw.read(CHUNK_BYTES):
            digest.update(chunk)
    try:
        yield from _of_zip(path, budget) if name.endswith(".zip") else _of_tar(path, budget)
    except _BROKEN as broken:
        raise DeliveryRefused(Refused("archive_broken")) from broken


def shown(name: str) -> str:
    """The last part of a member's name, without what cannot be printed."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(c for c in last if unicodedata.category(c)[0] != "C")[:NAME_SHOWN_MAX]


def _on_disk(file: Path, budget: Budget, digest: "hashlib._Hash") -> Iterator[bytes]:
    digest.update(file.name.encode("utf-8", "surrogateescape") + b"\x00")
    with file.open("rb") as raw:
        for chunk in _chunks(raw, budget):
            digest.update(chunk)
            yield chunk


def _of_zip(path: Path, budget: Budget) -> Iterator[Document]:
    with zipfile.ZipFile(path) as archive:
        for member in sorted(archive.infolist(), key=lambda one: one.filename):
            budget.one_more_file()
            if member.is_dir() or not member.filename.lower().endswith(".xml"):
                continue
            if member.flag_bits & 1:
                raise DeliveryRefused(Refused("archive_locked"))
            try:
                with archive.open(member) as raw:
                    yield shown(member.filename), _chunks(raw, budget)
            except (NotImplementedError, RuntimeError) as unknown:
                raise DeliveryRefused(Refused("archive_broken")) from unknown


class _Counted(io.RawIOBase):
    """What comes out of a compressed file, counted, members that are passed over included."""

    def __init__(self, raw: gzip.GzipFile | IO[bytes], budget: Budget) -> None:
        self._raw = raw
        self._budget = budget

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        found = self._raw.read(size)
        self._budget.spend(len(found))
        return found


def _of_tar(path: Path, budget: Budget) -> Iterator[Document]:
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        raw = gzip.GzipFile(fileobj=file) if zipped else file
        with tarfile.open(fileobj=_Counted(raw, budget), mode="r|") as archive:
            for member in archive:
                budget.one_more_file()
                if member.isreg() and member.name.lower().endswith(".xml"):
                    found = archive.extractfile(member)
                    if found is not None:
                        yield shown(member.name), _chunks(found, Budget(0, -DELIVERY_BYTES_MAX))


def _chunks(raw: IO[bytes], budget: Budget) -> Iterator[bytes]:
    while True:
        try:
            chunk = raw.read(CHUNK_BYTES)
        except _BROKEN as broken:
            raise DeliveryRefused(Refused("archive_broken")) from broken
        if not chunk:
            return
        budget.spend(len(chunk))
        yield chunk
