"""`ent.security`: what touched the safety of an account, told to each proved contact; and access that ended."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.events.base import EventData, EventId, Instant, PersonId

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
"""What the person is told; the notifier has one sentence for each."""

RevocationReason = Literal[
    "password_changed",
    "password_recovered",
    "signed_out_everywhere",
    "first_password_reissued",
    "accounts_fused",
    "account_suspended",
]


class NoticeSecret(BaseModel):
    """What travels only inside `sealed`: where to. Never printed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    destination: str

    def __repr__(self) -> str:
        return "NoticeSecret(•••)"

    __str__ = __repr__


class SecurityNoticed(EventData):
    """Something touched the safety of an account: to be told to one contact, proved when this was published.

    One event for each contact told, each with its own `notice_id`: an old address that was just replaced is told
    too, though nothing else knows it any more. `sealed` is a `NoticeSecret` as JSON in a Fernet token made with the
    first of `CODE_KEYS`. `occurred_at` is when it happened, `expires_at` when telling it helps nobody any more.
    """

    event_type: ClassVar[str] = "fr.ent.security.noticed.v1"
    topic: ClassVar[str] = "ent.security"
    passes_first: ClassVar[bool] = True

    notice_id: EventId
    person_id: PersonId
    fact: SecurityFact
    channel: Literal["email", "sms"]
    sealed: str
    occurred_at: Instant
    expires_at: Instant

    @property
    def key(self) -> str:
        return self.person_id


class AccessRevoked(EventData):
    """Every session and every device token of this person from before `revoked_at` is dead."""

    event_type: ClassVar[str] = "fr.ent.access.revoked.v1"
    topic: ClassVar[str] = "ent.security"
    passes_first: ClassVar[bool] = True

    person_id: PersonId
    revoked_at: Instant
    reason: RevocationReason

    @property
    def key(self) -> str:
        return self.person_id
