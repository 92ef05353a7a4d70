"""`ent.codes`: a one-time code that a person asked for, now. Retained one hour, its secret part sealed."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.events.base import EventData, EventId, Instant, PersonId


class CodeSecret(BaseModel):
    """What travels only inside `sealed`: where to, and the code itself. Never printed."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    destination: str
    code: str

    def __repr__(self) -> str:
        return "CodeSecret(•••)"

    __str__ = __repr__


class CodeIssued(EventData):
    """A code to bring to the destination its owner chose; no opt-in applies and an expired one is never sent.

    `sealed` is a `CodeSecret` as JSON in a Fernet token made with the first of `CODE_KEYS`.
    """

    event_type: ClassVar[str] = "fr.ent.code.issued.v1"
    topic: ClassVar[str] = "ent.codes"
    passes_first: ClassVar[bool] = True

    code_id: EventId
    person_id: PersonId
    purpose: Literal["recovery", "contact_proof"]
    channel: Literal["email", "sms"]
    sealed: str
    expires_at: Instant

    @property
    def key(self) -> str:
        return self.person_id
