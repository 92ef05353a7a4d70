"""Opening one mail: its text, its HTML, every header. Nothing a sender writes can make this fail."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32

from carillon.sinks.mail_facts import readable, sound

PARTS_MAX = 200


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is neither the text nor the HTML of the mail."""

    name: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class MailReading:
    """`text` and `html` are None when the mail has no such part."""

    headers: tuple[tuple[str, str], ...]
    text: str | None
    html: str | None
    attachments: tuple[Attachment, ...]


def read_mail(raw: bytes) -> MailReading:
    """The old `compat32` policy is meant: the newer one raises on some hostile headers."""
    mail = message_from_bytes(raw, policy=compat32)
    text: str | None = None
    html: str | None = None
    attachments: list[Attachment] = []
    for part in _leaves(mail):
        kind = part.get_content_type()
        attached = part.get_content_disposition() == "attachment"
        if kind == "text/plain" and text is None and not attached:
            text = _text_of(part)
        elif kind == "text/html" and html is None and not attached:
            html = _text_of(part)
        else:
            attachments.append(Attachment(_name_of(part), kind, len(_bytes_of(part))))
    headers = tuple((readable(name), readable(str(value))) for name, value in mail.raw_items())
    return MailReading(headers, text, html, tuple(attachments))


def _leaves(mail: Message) -> Iterator[Message]:
    for count, part in enumerate(mail.walk()):
        if count >= PARTS_MAX:
            return
        if not part.is_multipart():
            yield part


def _bytes_of(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        payload = None
    return payload if isinstance(payload, bytes) else b""


def _text_of(part: Message) -> str:
    try:
        charset = part.get_content_charset("utf-8")
        text = _bytes_of(part).decode(charset, "replace")
    except (LookupError, ValueError):
        text = _bytes_of(part).decode("utf-8", "replace")
    return sound(text).replace("\r\n", "\n")


def _name_of(part: Message) -> str:
    try:
        return readable(str(part.get_filename("") or ""))
    except (ValueError, LookupError):
        return ""
