"""Where the documents of a delivery come from: directories, archives, one file; and archives that mean harm."""

import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from auth.adapters import delivery_files
from auth.adapters.aaf_delivery import open_delivery
from auth.adapters.delivery_files import documents, looks_like_delivery
from auth.domain.directory_entry import Entry
from shared.kernel.refusals import Refused
from tests.aaf_delivery import as_directory, as_tar, as_zip, document, pupil, relation, structure

FILES = {
    "ENT_Complet_Eleve_0000.xml": document(pupil("1")),
    "ENT_Complet_Eleve_0001.xml": document(pupil("2"), encoding="UTF-8"),
    "ENT_Complet_EtabEducNat_0000.xml": document(structure()),
    "ENT_Complet_PersRelEleve_0000.xml": document(relation()),
    "ficAlimMENESR.dtd": b"<!ELEMENT ficAlimMENESR (addRequest)*>",
    "livraison.md5": b"0123",
}

Packing = Callable[[Path, Mapping[str, bytes]], Path]


def _keys(path: Path) -> set[str]:
    delivery = open_delivery(path)
    assert not isinstance(delivery, Refused)
    entries = list(delivery.entries())
    assert all(isinstance(entry, Entry) for entry in entries), entries
    return {entry.key for entry in entries if isinstance(entry, Entry)}


def _refusal(path: Path) -> Refused:
    delivery = open_delivery(path)
    if isinstance(delivery, Refused):
        return delivery
    last = list(delivery.entries())[-1]
    assert isinstance(last, Refused)
    return last


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("livraison", as_directory),
        ("l.zip", as_zip),
        ("l.tar.gz", as_tar),
        ("l.tgz", as_tar),
        ("l.tar", as_tar),
    ],
)
def test_every_packing_holds_the_same_entries(tmp_path: Path, name: str, packed: Packing) -> None:
    path = packed(tmp_path / name, FILES)

    assert looks_like_delivery(path)
    assert _keys(path) == {"1", "2", "4242", "2001"}


def test_one_file_is_a_delivery_too_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "eleves"
    path.write_bytes(b"\xef\xbb\xbf" + document(pupil("1"), encoding="UTF-8"))

    assert looks_like_delivery(path)
    assert _keys(path) == {"1"}


def test_an_accounts_file_is_no_delivery(tmp_path: Path) -> None:
    path = tmp_path / "comptes.csv"
    path.write_text("person_id;profile\n", encoding="utf-8")

    assert not looks_like_delivery(path)
    assert not looks_like_delivery(tmp_path / "nowhere")


def test_an_archive_inside_folders_is_read_whole(tmp_path: Path) -> None:
    path = as_zip(
        tmp_path / "l.zip", {"20260901/a.xml": document(pupil("1")), "20260901/x/b.XML": document(pupil("2"))}
    )

    assert _keys(path) == {"1", "2"}


def test_the_digest_is_that_of_the_bytes_on_disk(tmp_path: Path) -> None:
    first, second = as_zip(tmp_path / "a.zip", FILES), as_directory(tmp_path / "b", FILES)
    digests = {}
    for path in (first, second):
        delivery = open_delivery(path)
        assert not isinstance(delivery, Refused)
        list(delivery.entries())
        digests[path] = delivery.digest

    assert digests[first] == hashlib.sha256(first.read_bytes()).hexdigest()
    assert digests[second] != digests[first]


@pytest.mark.parametrize("packed", [as_zip, as_tar])
def test_names_that_climb_out_of_an_archive_lead_nowhere(tmp_path: Path, packed: Packing) -> None:
    name = "../../../../tmp/\x1b[31mcarillon-traversal.xml"
    path = packed(tmp_path / ("l.zip" if packed is as_zip else "l.tgz"), {name: document(pupil("1"))})
    delivery = open_delivery(path)
    assert not isinstance(delivery, Refused)

    entries = list(delivery.entries())

    assert len(entries) == 1
    assert delivery.files == ["[31mcarillon-traversal.xml"]
    assert list(tmp_path.iterdir()) == [path]


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = as_directory(tmp_path / "outside", {"secret.xml": document(pupil("9"))})
    folder = as_directory(tmp_path / "in", {"a.xml": document(pupil("1"))})
    (folder / "b.xml").symlink_to(outside / "secret.xml")
    path = tmp_path / "l.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(folder / "a.xml", "a.xml")
        archive.add(folder / "b.xml", "b.xml")

    assert _keys(folder) == {"1"}
    assert _keys(path) == {"1"}


@pytest.mark.parametrize("kind", ["zip", "tgz"])
def test_an_archive_bomb_goes_off_within_its_limits(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_files, "EXPANDED_FREE_BYTES", 1 << 20)
    monkeypatch.setattr(delivery_files, "EXPANSION_MAX", 20)
    bomb = {"a.xml": document(pupil(sn=" " * 30_000_000))}
    path = (as_zip if kind == "zip" else as_tar)(tmp_path / f"bomb.{kind}", bomb)

    assert _refusal(path) == Refused("delivery_too_large", "plus de 1 Mio")


def test_what_is_passed_over_in_a_tar_is_bounded_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_files, "EXPANDED_FREE_BYTES", 1 << 20)
    monkeypatch.setattr(delivery_files, "EXPANSION_MAX", 20)
    path = as_tar(tmp_path / "bomb.tgz", {"a.bin": bytes(30_000_000), "b.xml": document(pupil())})

    assert _refusal(path).reason == "delivery_too_large"


def test_a_delivery_of_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_files, "FILES_MAX", 3)

    assert _refusal(as_zip(tmp_path / "l.zip", FILES)).reason == "delivery_too_large"


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_member_of_a_zip_is_refused_however_it_is_packed(tmp_path: Path, packing: int) -> None:
    path = tmp_path / "l.zip"
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr("a.xml", document(*(pupil(str(n)) for n in range(300))))
    whole = bytearray(path.read_bytes())
    whole[60:200] = b"\xff" * 140
    path.write_bytes(whole)

    assert _refusal(path) == Refused("archive_broken")


@pytest.mark.parametrize("name", ["l.zip", "l.tar.gz", "l.tar"])
def test_an_archive_that_is_cut_or_is_none_is_refused(tmp_path: Path, name: str) -> None:
    packed = as_zip if name.endswith("zip") else as_tar
    whole = packed(tmp_path / name, {"a.xml": document(*(pupil(str(n)) for n in range(300)))}).read_bytes()
    cut, none = tmp_path / f"cut-{name}", tmp_path / f"none-{name}"
    cut.write_bytes(whole[: len(whole) // 2])
    none.write_bytes(b"nothing that anybody packed" * 50)

    assert _refusal(cut).reason in {"archive_broken", "xml_broken"}
    assert _refusal(none).reason == "archive_broken"


def test_a_locked_archive_is_refused(tmp_path: Path) -> None:
    path = as_zip(tmp_path / "l.zip", FILES)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        start = archive.start_dir
    content[start + 8] |= 1
    path.write_bytes(bytes(content))

    assert _refusal(path).reason == "archive_locked"


def test_a_place_without_a_document_holds_no_delivery(tmp_path: Path) -> None:
    empty = as_directory(tmp_path / "empty", {"readme.txt": b"-"})
    packed = as_zip(tmp_path / "l.zip", {"readme.txt": b"-"})

    assert _refusal(empty) == Refused("no_delivery_in_it")
    assert _refusal(packed) == Refused("no_delivery_in_it")
    assert _refusal(tmp_path / "nowhere") == Refused("no_such_file")


def test_a_broken_document_is_told_by_its_name_and_line(tmp_path: Path) -> None:
    path = as_directory(tmp_path / "d", {"a.xml": document(pupil()), "b.xml": document(pupil())[:-60]})

    refused = _refusal(path)

    assert refused.reason == "xml_broken"
    assert refused.detail.startswith("b.xml, ligne ")


def test_a_delivery_that_somebody_writes_to_is_noticed(tmp_path: Path) -> None:
    path = as_directory(tmp_path / "d", FILES)
    delivery = open_delivery(path)
    assert not isinstance(delivery, Refused)
    before = delivery.changed_meanwhile()

    (path / "late.xml").write_bytes(document(pupil("9")))

    assert (before, delivery.changed_meanwhile()) == (False, True)


def test_a_document_that_is_compressed_behind_its_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "l.xml"
    path.write_bytes(gzip.compress(document(pupil())))

    assert _refusal(path).reason == "xml_broken"


def test_documents_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    path = as_directory(tmp_path / "d", dict(reversed(FILES.items())))

    names = [name for name, chunks in documents(path, hashlib.sha256()) if b"".join(chunks)]

    assert names == sorted(name for name in FILES if name.endswith(".xml"))
