"""The port `MailComposer`: one layout per notification, one joining of bytes per person."""

import hashlib
from collections import OrderedDict
from email.utils import format_datetime
from functools import lru_cache
from uuid import UUID

from markupsafe import escape

from notifier.adapters.mail_pages import written
from notifier.adapters.mime import (
    Skeleton,
    from_header,
    header,
    mailbox,
    quoted_printable,
    recipient,
    skeleton,
    slot,
)
from notifier.adapters.texts import say
from notifier.application.ports import OutgoingMail
from notifier.domain.letters import Letter, MailRecipient
from notifier.domain.wording import enumerated, one_line
from shared.kernel.clock import Clock

SKELETONS_MAX = 64
DEADLINES_S = {"code": 10.0, "urgent": 20.0, "other": 30.0}
"""How long one try may take: a code is better tried elsewhere than waited for."""

_SLOTS = ("concerns", "greeting", "school")
_VALUES_MAX = 4096


class TemplateMailComposer:
    """Writes e-mails from the templates. Layouts of the last 64 notifications are kept.

    Of codes and security notices none are: each has one reader, and a code should be nowhere.
    """

    def __init__(self, *, mail_from: str, public_url: str, clock: Clock) -> None:
        self._name, self._address = mailbox(mail_from)
        self._public_url = public_url
        self._clock = clock
        self._skeletons: OrderedDict[UUID, Skeleton] = OrderedDict()
        self._dates: tuple[int, bytes] = (0, b"")

    @property
    def sender(self) -> str:
        """The address in MAIL FROM and From."""
        return self._address

    def compose(self, letter: Letter, recipient_: MailRecipient) -> OutgoingMail:
        """One person's mail; the same letter and person always get the same Message-ID."""
        message_id = self.message_id(letter.notification_id, recipient_.person_id)
        values = {
            "to": recipient(recipient_.to),
            "message_id": message_id.encode("ascii"),
            "date": self._date(),
            "thread": self._thread(letter, recipient_.person_id),
        }
        for name, value in personal(letter, recipient_).items():
            values[name], values[f"{name}_html"] = _encoded(value)
        content = self._skeleton(letter).filled(values)
        return OutgoingMail(recipient_.to, message_id, content, _deadline_s(letter))

    def message_id(self, notification_id: UUID, person_id: str) -> str:
        """The Message-ID of a notification's mail to a person, known before it is written."""
        key = f"{notification_id}\x1f{person_id}\x1femail".encode()
        return f"<{hashlib.sha256(key).hexdigest()[:40]}@{self._address.rpartition('@')[2]}>"

    def _skeleton(self, letter: Letter) -> Skeleton:
        if letter.kind in ("code", "security"):
            return self._laid_out(letter)
        kept = self._skeletons.get(letter.notification_id)
        if kept is None:
            kept = self._skeletons[letter.notification_id] = self._laid_out(letter)
            if len(self._skeletons) > SKELETONS_MAX:
                self._skeletons.popitem(last=False)
        else:
            self._skeletons.move_to_end(letter.notification_id)
        return kept

    def _laid_out(self, letter: Letter) -> Skeleton:
        page = written(
            letter,
            {name: slot(name) for name in _SLOTS},
            brand=self._name or say("mail.concerns.nobody"),
            public_url=self._public_url,
        )
        boundary = f"=_{letter.notification_id.hex}"
        return skeleton(self._headers(page.subject), page.text, _html_slots(page.html), boundary)

    def _headers(self, subject: str) -> str:
        return (
            f"Date: {slot('date')}\r\n"
            f"{from_header(self._name, self._address)}"
            f"To: {slot('to')}\r\n"
            f"{header('Subject', subject)}"
            f"Message-ID: {slot('message_id')}\r\n"
            f"{slot('thread')}"
            "Auto-Submitted: auto-generated\r\n"
            "X-Auto-Response-Suppress: All\r\n"
            "Content-Language: fr\r\n"
        )

    def _thread(self, letter: Letter, person_id: str) -> bytes:
        if letter.replies_to is None:
            return b""
        first = self.message_id(letter.replies_to, person_id)
        return f"In-Reply-To: {first}\r\nReferences: {first}\r\n".encode("ascii")

    def _date(self) -> bytes:
        now = self._clock.now()
        second = int(now.timestamp())
        if second != self._dates[0]:
            self._dates = (second, format_datetime(now).encode("ascii"))
        return self._dates[1]


def personal(letter: Letter, recipient_: MailRecipient) -> dict[str, str]:
    """What is one person's own in a mail, in words: whom it concerns, the greeting, the school in the foot."""
    school = one_line(recipient_.school_name or letter.school_name or "")
    if letter.kind == "code":  # read by whoever holds the mailbox: no name, no school, no child
        return {"concerns": say("mail.concerns.nobody"), "greeting": say("mail.greeting"), "school": ""}
    if letter.kind == "security":
        # one mailbox may serve a whole family: the first name says whose account is meant, and nothing more is said
        greeting = _greeting(one_line(recipient_.first_name or ""))
        return {"concerns": say("mail.concerns.nobody"), "greeting": greeting, "school": ""}
    return {
        "concerns": _concerns(school, enumerated(tuple(map(one_line, recipient_.children)))),
        "greeting": _greeting(one_line(recipient_.first_name or "")),
        "school": say("mail.foot.school", school=school) if school else "",
    }


def _concerns(school: str, children: str) -> str:
    if school and children:
        return say("mail.concerns.children", school=school, children=children)
    if children:
        return say("mail.concerns.children_only", children=children)
    return school or say("mail.concerns.nobody")


def _greeting(first_name: str) -> str:
    return say("mail.greeting.named", first_name=first_name) if first_name else say("mail.greeting")


def _deadline_s(letter: Letter) -> float:
    return DEADLINES_S["code" if letter.kind == "code" else "urgent" if letter.urgent else "other"]


def _html_slots(page: str) -> str:
    for name in _SLOTS:
        page = page.replace(slot(name), slot(f"{name}_html"))
    return page


@lru_cache(maxsize=_VALUES_MAX)
def _encoded(value: str) -> tuple[bytes, bytes]:
    """A personal value for the text part and for the HTML part."""
    return quoted_printable(value), quoted_printable(str(escape(value)))
