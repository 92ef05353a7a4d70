"""What the use cases ask of the world, in the words of the notifier."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from notifier.domain.letters import Letter, MailRecipient, SmsRecipient
from notifier.domain.outcomes import Accepted, Outcome
from shared.kernel.addresses import EmailAddress, PhoneNumber


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail, ready for the wire: `content` is the whole message with CRLF line ends, 7-bit safe.

    The same notification and person always give the same `message_id`, so that a resend can be recognised.
    `deadline_s` bounds one try, from the first byte to the relay's answer.
    """

    to: EmailAddress
    message_id: str
    content: bytes = field(repr=False)
    deadline_s: float


@dataclass(frozen=True, slots=True)
class OutgoingSms:
    """One SMS; past `validity_s` (1 s to 36,000 s) the gateway itself drops it."""

    to: PhoneNumber
    body: str = field(repr=False)
    validity_s: int | None


Ours = Callable[[Accepted], Awaitable[bool]]
"""Takes a text that a gateway has for the delivery in question, unless it is another delivery's already."""


class Mails(Protocol):
    """Hands mails to a relay, one try each; what comes of it is a value, never an exception."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, mail: OutgoingMail, *, excluded: frozenset[str] = frozenset()) -> Outcome:
        """Try once. A provider in `excluded` (it just failed this mail) is asked only if no other is available."""
        ...


class TextMessages(Protocol):
    """Hands SMS to a gateway, one try each; what comes of it is a value, never an exception."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, sms: OutgoingSms, *, excluded: frozenset[str] = frozenset()) -> Outcome:
        """Try once. A provider in `excluded` (it just failed this SMS) is asked only if no other is available."""
        ...

    async def find(self, sms: OutgoingSms, since: datetime, ours: Ours) -> Accepted | None:
        """Look for this very text among what the gateways have accepted since then, the oldest first.

        To be asked before any resend of an SMS whose outcome is unknown. A family's shared number may have been
        sent the same words twice: `ours` is asked about each such text, and the first it takes is the answer.
        Raises GatewayUnreachable when a gateway could not answer: absence is then not proved.
        """
        ...


class GatewayUnreachable(Exception):
    """No gateway could say what it had accepted; ask again later, resend nothing meanwhile."""


class MailComposer(Protocol):
    """Writes mails: one letter, many recipients. Pure computation, no waiting."""

    def compose(self, letter: Letter, recipient: MailRecipient) -> OutgoingMail: ...


class SmsComposer(Protocol):
    """Writes SMS: sender and school first, the fact, where to read more."""

    def compose(self, letter: Letter, recipient: SmsRecipient) -> OutgoingSms: ...
