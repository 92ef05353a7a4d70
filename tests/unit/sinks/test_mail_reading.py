import dataclasses

import orjson
import pytest

from carillon.sinks.mail_facts import read_facts, readable
from carillon.sinks.viewer.reading import read_mail

BOTH = (
    b"From: =?utf-8?q?Coll=C3=A8ge_Jean-Moulin?= <ne-pas-repondre@ent.example.org>\r\n"
    b"To: =?utf-8?b?SMOpbMOobmU=?=\r\n =?utf-8?q?_Lef=C3=A8vre?= <helene@example.org>\r\n"
    b"SUBJECT: Transports\r\n\tsuspendus demain\r\n"
    b"Message-ID: <1@ent.example.org>\r\n"
    b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"=C3=80 demain\r\n"
    b"--b\r\nContent-Type: text/html; charset=windows-1252\r\n\r\n<p>\xc0 demain</p>\r\n--b--\r\n"
)


def test_the_shown_headers_are_unfolded_and_decoded() -> None:
    facts = read_facts(BOTH)

    assert facts.from_ == "Collège Jean-Moulin <ne-pas-repondre@ent.example.org>"
    assert facts.to == "Hélène Lefèvre <helene@example.org>"
    assert facts.subject == "Transports suspendus demain"
    assert facts.message_id == "<1@ent.example.org>"


def test_headers_stop_at_the_empty_line() -> None:
    assert read_facts(b"To: a@b\r\n\r\nSubject: not a header\r\n").subject == ""


def test_the_first_of_two_subjects_is_the_one() -> None:
    assert read_facts(b"Subject: one\r\nSubject: two\r\n\r\n").subject == "one"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x"),
        ("=?utf-9?q?a=C3=A9?=", "aÃ©"),
        ("=?utf-8?b?!!!?=", "=?utf-8?b?!!!?="),
        ("=?utf-8?q?=FF?=", "\N{REPLACEMENT CHARACTER}"),
        ("a\x00b\x1b[31m", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}[31m"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe", "\N{REPLACEMENT CHARACTER}gpj.exe"),
    ],
)
def test_a_hostile_header_stays_one_readable_line(value: str, shown: str) -> None:
    assert readable(value) == shown


def test_text_and_html_are_decoded_in_their_own_charset() -> None:
    reading = read_mail(BOTH)

    assert reading.text == "À demain"
    assert reading.html == "<p>À demain</p>"
    assert [name for name, _ in reading.headers][:2] == ["From", "To"]


def test_an_attachment_is_named_and_never_taken_for_the_text() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        b'--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="notes.txt"\r\n\r\nsecret\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n--b--\r\n"
    )

    reading = read_mail(raw)

    assert reading.text == "Bonjour"
    assert [(part.name, part.content_type) for part in reading.attachments] == [("notes.txt", "text/plain")]


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\r\n", b"no header at all", b"\xff\xfe\x00", b": empty name\r\n\r\nx",
        b"Content-Type: text/plain; charset=nonsense\r\n\r\nbonjour",
        b'Content-Type: text/plain; charset="\xff"\r\n\r\nbonjour',
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 500,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b",
        b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nx",
        b"Content-Disposition: attachment; filename*=utf-8''%ff%fe\r\n\r\nx",
        b"Subject: =?utf-8?b?\xff?=\r\n\r\nx", b"To: " + b"(" * 5_000 + b"\r\n\r\nx",
        b"Content-Type: text/plain; charset=utf-7\r\nSubject: =?utf-7?q?+2AA-?=\r\n\r\n+2AA-",
        b"Content-Type: text/plain; charset=idna\r\n\r\nbonjour", b"Content-Type: text/plain; charset=hex\r\n\r\nzz",
    ],
)  # fmt: skip
def test_no_mail_whatsoever_breaks_the_reader(raw: bytes) -> None:
    seen = (dataclasses.astuple(read_facts(raw)), dataclasses.astuple(read_mail(raw)))

    assert orjson.dumps(seen)
