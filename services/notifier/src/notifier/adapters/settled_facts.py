"""`fr.ent.notification.settled.v1` as Kafka records, written fast: an alert makes a million of them.

The bytes are those of the event's own model, which would cost several times more; a test compares the two.
"""

from datetime import UTC, datetime

import orjson

from notifier.domain.deliveries import DeliveryKey, State
from notifier.domain.notifications import Notification
from shared.events.envelope import KafkaRecord
from shared.events.notifications import NotificationSettled

SOURCE = "/carillon/notifier"
_HEADERS = (
    ("content-type", b"application/json"),
    ("ce_specversion", b"1.0"),
    ("ce_source", SOURCE.encode()),
    ("ce_type", NotificationSettled.event_type.encode()),
)


def settled(
    notification: Notification, key: DeliveryKey, state: State, reason: str | None, at: datetime
) -> KafkaRecord:
    """The fact that a delivery reached a state; the same fact always has the same event id."""
    instant = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    data = {
        "event_id": notification.event_id,
        "event_source": notification.event_source,
        "notification_id": str(key.notification_id),
        "person_id": key.person_id,
        "channel": key.channel,
        "state": state.value,
        "reason": reason,
        "at": instant,
    }
    event_id = f"{key.notification_id}/{key.person_id}/{key.channel}/{state.value}"
    return KafkaRecord(
        topic=NotificationSettled.topic,
        key=key.person_id,
        value=orjson.dumps(data),
        headers=(*_HEADERS, ("ce_id", event_id.encode()), ("ce_time", instant.encode())),
    )
