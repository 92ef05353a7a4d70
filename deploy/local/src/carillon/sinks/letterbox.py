"""What arrived, in order of arrival, within named limits."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from carillon.sinks.mail_facts import MailFacts, read_facts

MESSAGES_MAX = 200_000
BYTES_MAX = 256 * 1024 * 1024
Status = Literal["queued", "sent", "delivered"]
Kind = Literal["mail", "sms"]


@dataclass(slots=True, eq=False, repr=False, kw_only=True)
class KeptMail:
    """One mail as it was received: the envelope and the bytes between DATA and the final dot."""

    kind: ClassVar[Kind] = "mail"
    id: int
    received_at_s: float
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    facts_read: MailFacts | None = None

    @property
    def size_bytes(self) -> int:
        return len(self.raw)

    @property
    def facts(self) -> MailFacts:
        """The headers a list shows, read the first time that somebody looks."""
        if self.facts_read is None:
            self.facts_read = read_facts(self.raw)
        return self.facts_read


@dataclass(slots=True, eq=False, repr=False, kw_only=True)
class KeptSms:
    """One text message as the gateway's client asked for it."""

    kind: ClassVar[Kind] = "sms"
    id: int
    received_at_s: float
    sender: str
    recipients: tuple[str, ...]
    body: str
    sid: str
    account_sid: str
    messaging_service_sid: str | None
    validity_s: int | None
    status: Status = "queued"
    sent_at_s: float | None = None
    updated_at_s: float

    @property
    def size_bytes(self) -> int:
        return len(self.body.encode())


Kept = KeptMail | KeptSms


class Letterbox:
    """Keeps the newest messages; above a limit the oldest leave and are counted, never silently.

    Ids count up from 1 for the life of the process and are never given twice, also after `empty`.
    """

    def __init__(
        self,
        *,
        now_s: Callable[[], float],
        messages_max: int = MESSAGES_MAX,
        bytes_max: int = BYTES_MAX,
    ) -> None:
        self.now_s = now_s
        self.messages_max = messages_max
        self.bytes_max = bytes_max
        self.bytes_kept = 0
        self.received: Counter[Kind] = Counter()
        self.dropped: Counter[Kind] = Counter()
        self.last_id = 0
        self._kept: list[Kept] = []
        self._head = 0  # what stands before it has left; deleting from the front each time would be quadratic
        self._sms_by_sid: dict[str, KeptSms] = {}

    def __len__(self) -> int:
        return len(self._kept) - self._head

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def keep_mail(self, sender: str, recipients: tuple[str, ...], raw: bytes) -> KeptMail:
        mail = KeptMail(
            id=self.next_id(), received_at_s=self.now_s(), sender=sender, recipients=recipients, raw=raw
        )
        self._keep(mail)
        return mail

    def keep_sms(self, sms: KeptSms) -> None:
        """Keep a text message that took its id from `next_id` in the same step."""
        self._sms_by_sid[sms.sid] = sms
        self._keep(sms)

    def since(self, message_id: int) -> Sequence[Kept]:
        """What arrived after that id and is still here, oldest first, as a copy that stays still."""
        first_id = self.last_id - len(self) + 1
        return self._kept[self._head + max(0, message_id + 1 - first_id) :]

    def get(self, message_id: int) -> Kept | None:
        found = self.since(message_id - 1)[:1] if message_id > 0 else ()
        return found[0] if found and found[0].id == message_id else None

    def get_sms(self, sid: str) -> KeptSms | None:
        return self._sms_by_sid.get(sid)

    def empty(self) -> int:
        """Forget everything that is kept; gives how many messages left."""
        count = len(self)
        self._kept, self._head, self.bytes_kept = [], 0, 0
        self._sms_by_sid.clear()
        return count

    def _keep(self, message: Kept) -> None:
        self._kept.append(message)
        self.received[message.kind] += 1
        self.bytes_kept += message.size_bytes
        while len(self) > self.messages_max or (self.bytes_kept > self.bytes_max and len(self) > 1):
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        oldest = self._kept[self._head]
        self._head += 1
        self.dropped[oldest.kind] += 1
        self.bytes_kept -= oldest.size_bytes
        if isinstance(oldest, KeptSms):
            self._sms_by_sid.pop(oldest.sid, None)
        if self._head * 2 > len(self._kept):
            del self._kept[: self._head]
            self._head = 0
