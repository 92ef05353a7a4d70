"""A mail laid out by joining bytes says what the standard library's own would say, whatever people typed."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from notifier.adapters.mail_composer import TemplateMailComposer, personal
from notifier.adapters.mail_pages import SUBJECT_LENGTH_MAX, written
from notifier.adapters.mime import from_header, header, mailbox, quoted_printable, recipient
from notifier.domain.letters import Letter, MailRecipient
from notifier.domain.wording import header_line
from shared.kernel.addresses import EmailAddress
from tests.unit.notifier_channels.letters import (
    DAWN,
    MAIL_FROM,
    PUBLIC_URL,
    StoppedClock,
    a_message,
    an_alert,
    sonia,
)

HOSTILE = (
    "a\r\nBcc: evil@example.org\r\n\r\nx",
    "=?utf-8?q?=0D=0ABcc:_evil@example.org?=",
    "==??utf-8?b?DQpCY2M6IGV2aWxAZXhhbXBsZS5vcmc=?=",
    "\x00\x1b\x7f\x85\x9b tab\tand\u2028line\u2029ends",
    "\u202erenversé\u202c \ue000concerns\ue001 \ue000to\ue001",
    "Zoé 👩‍👩‍👧 🎉 عائشة Ἑλένη",
    ".point\r\n.\r\nMAIL FROM:<evil@example.org>",
    "<script>alert('x')</script> & \"guillemets\" {{ 7 * 7 }} {sender}",
    "a" * 2_000,
    "é" * 500 + " fin",
    "=20=3D--=_boundary--",
    "   ",
)
people_text = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=120))


def composer() -> TemplateMailComposer:
    return TemplateMailComposer(mail_from=MAIL_FROM, public_url=PUBLIC_URL, clock=StoppedClock())


def by_the_standard_library(letter: Letter, person: MailRecipient, message_id: str) -> EmailMessage:
    """The same mail built slowly, by somebody who has never heard of slots."""
    page = written(
        letter,
        personal(letter, person),
        brand="ma classe 69",
        public_url=PUBLIC_URL,
    )
    mail = EmailMessage(policy=policy.SMTP)
    mail["Date"] = DAWN
    mail["From"] = MAIL_FROM
    mail["To"] = f"<{person.to.value}>"
    mail["Subject"] = header_line(page.subject)
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(page.text)
    mail.add_alternative(page.html, subtype="html")
    mail["Content-Language"] = "fr"
    return mail


def parsed(content: bytes) -> EmailMessage:
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def headers_of(mail: EmailMessage) -> dict[str, str]:
    assert len(mail.keys()) == len({name.lower() for name in mail.keys()})  # noqa: SIM118 - keys may repeat
    return {name.lower(): str(value) for name, value in mail.items() if name.lower() != "content-type"}


def text_of(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@settings(max_examples=150, deadline=None)
@given(people_text, people_text, people_text, people_text, people_text, people_text)
@example(*HOSTILE[:6])
@example(*HOSTILE[6:])
def test_a_mail_equals_the_standard_librarys_whatever_people_typed(
    title: str, sender: str, body: str, school: str, first_name: str, child: str
) -> None:
    letter = an_alert(notification_id=uuid4(), title=title, sender_name=sender, body=body)
    person = sonia(school_name=school, first_name=first_name, children=(child,))

    mail = composer().compose(letter, person)

    ours, theirs = parsed(mail.content), by_the_standard_library(letter, person, mail.message_id)
    assert headers_of(ours) == headers_of(theirs)
    assert [part.get_content_type() for part in ours.walk()] == [
        part.get_content_type() for part in theirs.walk()
    ]
    for subtype in ("plain", "html"):
        assert text_of(ours, subtype) == text_of(theirs, subtype)
    assert not ours.defects


@settings(max_examples=150, deadline=None)
@given(people_text, people_text, people_text)
@example(*HOSTILE[:3])
def test_a_mail_is_seven_bits_with_crlf_and_short_lines(title: str, sender: str, child: str) -> None:
    letter = a_message(notification_id=uuid4(), title=title, sender_name=sender)

    content = composer().compose(letter, sonia(children=(child,))).content

    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r") == content.count(b"\r\n")
    assert content.endswith(b"\r\n")
    assert b"\x00" not in content
    assert max(len(line) for line in content.split(b"\r\n")) <= 78


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_any_text_survives_quoted_printable_in_lines_of_76_the_last_of_75(text: str) -> None:
    from quopri import decodestring

    encoded = quoted_printable(text)

    lines = encoded.split(b"\r\n")
    assert all(len(line) <= 76 for line in lines)
    assert len(lines[-1]) <= 75
    assert decodestring(encoded + b"=\r\n").decode() == text.replace("\r\n", "\n").replace("\n", "\r\n")


@settings(max_examples=300, deadline=None)
@given(people_text)
@example("=?utf-8?q?x?=")
@example("a=" * 3 + "??")
def test_text_from_people_reads_back_from_a_header_cleaned_and_alone(text: str) -> None:
    line = header("Subject", text)

    mail = parsed(line.encode("ascii") + b"\r\n")
    assert mail.keys() == ["Subject"]
    assert str(mail["Subject"]) == header_line(text)
    assert "=?" not in str(mail["Subject"])
    assert max(len(part) for part in line.split("\r\n")) <= max(
        78, max(map(len, header_line(text).split(" "))) + 10
    )


@pytest.mark.parametrize(
    ("mail_from", "name", "address"),
    [
        ("ent@example.org", "", "ent@example.org"),
        ("ma classe 69 <ent@example.org>", "ma classe 69", "ent@example.org"),
        ('"Académie de Lyon, ENT" <ent@example.org>', "Académie de Lyon, ENT", "ent@example.org"),
        ('"ENT. (Rhône) \\"69\\"" <ent@example.org>', 'ENT. (Rhône) "69"', "ent@example.org"),
        ('"ENT, \\"69\\"" <ent@example.org>', 'ENT, "69"', "ent@example.org"),
    ],
)
def test_mail_from_reads_back_from_the_from_line(mail_from: str, name: str, address: str) -> None:
    mail = parsed(from_header(*mailbox(mail_from)).encode("ascii") + b"\r\n")

    [found] = mail["From"].addresses
    assert (found.display_name, found.addr_spec) == (name, address)


@pytest.mark.parametrize("address", ["=?utf-8?q?x?=@example.org", "zoé@example.org", "a\x7fb@example.org"])
def test_an_address_that_headers_cannot_carry_stays_out_of_them(address: str) -> None:
    assert recipient(EmailAddress(address)) == b"undisclosed-recipients:;"


@pytest.mark.parametrize(
    ("title", "sender", "subject"),
    [
        ("Car en retard", "Région", "Car en retard — Région"),
        (
            "Transports scolaires suspendus demain dans tout le département",
            "Région Auvergne-Rhône-Alpes",
            "Transports scolaires suspendus demain dans tout le département",
        ),
        (
            "Transports scolaires suspendus demain matin dans tout le département du Rhône et la Métropole",
            "Région",
            "Transports scolaires suspendus demain matin dans tout le département…",
        ),
        ("a" * 100, "Région", "a" * 69 + "…"),
    ],
)
def test_a_subject_says_the_fact_first_in_at_most_70_characters(
    title: str, sender: str, subject: str
) -> None:
    mail = parsed(composer().compose(an_alert(title=title, sender_name=sender), sonia()).content)

    assert mail["Subject"] == subject
    assert len(subject) <= SUBJECT_LENGTH_MAX
