"""What is to be said, and to whom: a letter is shared by all its recipients, an envelope is one person's."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.kernel.addresses import EmailAddress, PhoneNumber

LetterKind = Literal["message", "alert", "code", "security"]
SenderKind = Literal["person", "establishment", "partner", "portal"]
CodePurpose = Literal["recovery", "contact_proof"]
SecurityFact = Literal[
    "password_changed",
    "password_recovered",
    "contact_changed",
    "contact_removed",
    "signed_out_everywhere",
    "accounts_fused",
    "fusion_undone",
    "device_revoked",
    "device_token_reused",
]
"""What touched the safety of an account, in the words of the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What all the recipients of one notification share.

    `title` is a message's subject or an alert's title. `body` stays None for messages (A26).
    `school_name` is the school that it comes from, if it comes from one; a recipient's own school wins.
    `replies_to` is the notification whose end or sequel this is: both stand in one thread.
    `code` and `purpose` belong to kind "code"; the code is never printed. `fact` belongs to kind "security", whose
    `sent_at` is when it happened.
    """

    notification_id: UUID
    kind: LetterKind
    sender_name: str
    sender_kind: SenderKind
    title: str
    sent_at: datetime
    urgent: bool = False
    category: str | None = None
    school_name: str | None = None
    body: str | None = None
    url: str | None = None
    expires_at: datetime | None = None
    replies_to: UUID | None = None
    purpose: CodePurpose | None = None
    code: str | None = field(default=None, repr=False)
    fact: SecurityFact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRecipient:
    """One person's own part of a mail; `children` are first names at `school_name`, shown after it."""

    to: EmailAddress
    person_id: str
    first_name: str | None = None
    school_name: str | None = None
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsRecipient:
    """One person's own part of an SMS. No first name: nothing personal travels by SMS."""

    to: PhoneNumber
    person_id: str
    school_name: str | None = None
