"""`ent.notifications`: what became of one event for one person on one channel. Never an address."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.events.base import EventData, EventId, Instant, PersonId

Channel = Literal["email", "sms", "app", "push"]
State = Literal["sent", "delivered", "bounced", "suppressed", "expired", "failed", "ambiguous"]


class NotificationSettled(EventData):
    """A delivery reached a state worth telling; `reason` is a slug of `shared.consent.reasons`, or none."""

    event_type: ClassVar[str] = "fr.ent.notification.settled.v1"
    topic: ClassVar[str] = "ent.notifications"

    event_id: EventId
    event_source: EventId
    notification_id: UUID
    person_id: PersonId
    channel: Channel
    state: State
    reason: str | None = None
    at: Instant

    def written(self) -> bytes:
        """A reason that there is not is said as null: whoever asks finds the field in every event."""
        return self.model_dump_json().encode()

    @property
    def key(self) -> str:
        return self.person_id
