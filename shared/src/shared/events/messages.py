"""`ent.messages`: somebody, or a school, wrote to people in the ENT."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.events.base import NO_NUL, EventData, EventId, Link, Name, PersonId, Uai

RECIPIENTS_MAX = 20_000


class Sender(BaseModel):
    """Who wrote, as shown to the reader."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["person", "establishment"]
    display_name: Name


class MessageReceived(EventData):
    """A message reached ENT mailboxes; its text stays in the ENT (A26)."""

    event_type: ClassVar[str] = "fr.ent.message.received.v1"
    topic: ClassVar[str] = "ent.messages"

    message_id: EventId
    establishment_uai: Uai
    sender: Sender
    subject: Annotated[str, StringConstraints(max_length=500, pattern=NO_NUL)]
    recipients: Annotated[tuple[PersonId, ...], Field(min_length=1, max_length=RECIPIENTS_MAX)]
    urgent: bool = False
    url: Link

    @property
    def key(self) -> str:
        return self.message_id
