"""`notifier.deliveries.*`: orders from the router to the workers. Ids only, never an address."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.events.base import EventData, PersonId

Lane = Literal["codes", "urgent", "normal", "bulk"]
LANES: tuple[Lane, ...] = ("codes", "urgent", "normal", "bulk")


def lane_topic(lane: Lane) -> str:
    """The topic of a lane: each has its own consumers and connection budget."""
    return f"notifier.deliveries.{lane}"


class DeliveryOrdered(EventData):
    """Bring this notification to this person on this channel, if nobody has and he still agrees."""

    event_type: ClassVar[str] = "fr.ent.delivery.ordered.v1"
    topic: ClassVar[str] = "notifier.deliveries"

    notification_id: UUID
    person_id: PersonId
    channel: Literal["email", "sms"]

    @property
    def key(self) -> str:
        return self.person_id
