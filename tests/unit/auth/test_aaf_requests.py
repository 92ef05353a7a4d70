"""The XML of a delivery, well written and not: nothing is fetched, nothing expands, nothing is half believed."""

import pytest

from auth.adapters import aaf_requests
from auth.adapters.aaf_requests import Request, XmlRefused, requests
from tests.aaf_delivery import DOCTYPE, delete, document, modify, pupil


def _read(content: bytes, *, piece: int = 1_000) -> list[Request]:
    return list(requests(content[at : at + piece] for at in range(0, len(content), piece)))


def _refusal(content: bytes) -> XmlRefused:
    with pytest.raises(XmlRefused) as caught:
        _read(content)
    return caught.value


def test_requests_come_with_their_line_their_id_and_what_is_read_of_them() -> None:
    first, second, third = _read(
        document(pupil("1"), modify("PersRelEleve", "2", mobile=""), delete("Eleve", "3"))
    )

    assert (first.tag, first.line, first.id) == ("addRequest", 4, "1")
    assert first.named["ENTPersonStructRattach"] == ["4242"]
    assert first.named["ENTElevePersRelEleve"] == ["2001$2$1$1$1$0", "2002$1$0$2$1$0", "2003$6$0$0$1$0"]
    assert "ENTEleveBoursier" not in first.named
    assert (second.tag, second.named["mobile"]) == ("modifyRequest", [""])
    assert (third.tag, third.named) == ("deleteRequest", {"categoriePersonne": ["Eleve"]})


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "ISO-8859-15", "windows-1252", "UTF-16"])
@pytest.mark.parametrize("piece", [1, 7, 100_000])
def test_the_declared_encoding_is_the_one_that_counts(encoding: str, piece: int) -> None:
    (read,) = _read(document(pupil(givenName="Éloïse"), encoding=encoding), piece=piece)

    assert read.named["givenName"] == ["Éloïse"]


def test_an_attribute_nobody_knows_is_passed_over() -> None:
    (read,) = _read(document(pupil(ENTPersonFutureAttribute="1", ENTEleveINE="2")))

    assert read.id == "1001"


def test_text_that_comes_in_pieces_is_one_text() -> None:
    (read,) = _read(document(pupil(sn="D'Été & <Fils>")), piece=3)

    assert read.named["sn"] == ["D'Été & <Fils>"]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE f [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE f [<!ENTITY % p SYSTEM "http://127.0.0.1:1/evil.dtd"> %p;]>',
        '<!DOCTYPE f SYSTEM "ficAlimMENESR.dtd" [<!ENTITY nom "Vial">]>',
    ],
    ids=["billion laughs", "external entity", "external parameter entity", "harmless entity"],
)
def test_a_declared_entity_refuses_the_document(doctype: str) -> None:
    assert _refusal(document(pupil(), doctype=doctype)).slug == "xml_entities"


def test_an_entity_used_without_being_declared_refuses_the_document() -> None:
    content = document(pupil(sn="Vial")).replace(b"<value>Vial</value>", b"<value>&nom;</value>")

    assert _refusal(content).slug == "xml_entities"


def test_the_dtd_is_never_fetched() -> None:
    doctype = '<!DOCTYPE ficAlimMENESR SYSTEM "http://127.0.0.1:1/ficAlimMENESR.dtd">'

    assert len(_read(document(pupil(), doctype=doctype))) == 1
    assert len(_read(document(pupil(), doctype=DOCTYPE))) == 1
    assert len(_read(document(pupil(), doctype=""))) == 1


@pytest.mark.parametrize(
    ("content", "slug"),
    [
        (document(pupil())[:-40], "xml_broken"),
        (document(pupil()).replace(b"</addRequest>", b""), "xml_broken"),
        (document(pupil(), encoding="ISO-8859-1").replace(b"ISO-8859-1", b"UTF-8"), "xml_broken"),
        (document(pupil(), encoding="UTF-8").replace(b"UTF-8", b"EBCDIC-42"), "xml_broken"),
        (document(pupil(), encoding="UTF-8").replace(b"UTF-8", b"Shift_JIS"), "xml_broken"),
        (b"", "xml_broken"),
        (b"person_id;profile;last_name\n", "xml_broken"),
        (b"<?xml version='1.0'?><html><body/></html>", "xml_other"),
        (document(pupil().replace("</addRequest>", pupil() + "</addRequest>")), "xml_broken"),
        (document("<a>" * 40 + "</a>" * 40), "xml_broken"),
        (document("<attr a='" + "x" * 3_000_000 + "'/>"), "xml_broken"),
    ],
    ids=[
        "cut", "unclosed", "wrong encoding", "unknown encoding", "encoding of several bytes", "empty", "csv",
        "another document", "request in a request", "too deep", "a tag without end",
    ],
)  # fmt: skip
def test_a_document_that_cannot_be_trusted_is_refused_with_its_line(content: bytes, slug: str) -> None:
    refused = _refusal(content)

    assert refused.slug == slug
    assert refused.line >= 0


def test_an_entry_beyond_its_limits_is_marked_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aaf_requests, "ENTRY_VALUES_MAX", 50)
    many = document(pupil("1", ENTEleveClasses=tuple(f"4242${n}" for n in range(60))), pupil("2"))

    first, second = _read(many)

    assert (first.too_large, second.too_large) == (True, False)
    assert len(first.named["ENTEleveClasses"]) < 60


@pytest.mark.parametrize("size", [501, 900_000])
def test_a_text_beyond_its_limit_is_marked_and_not_kept(size: int) -> None:
    first, second = _read(document(pupil("1", sn="x" * size), pupil("2")))

    assert (first.too_large, second.too_large) == (True, False)
    assert first.named["sn"] == []
