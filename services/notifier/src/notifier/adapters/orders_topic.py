"""The port `Orders` on the lane topics."""

from collections.abc import Sequence

import orjson

from notifier.domain.deliveries import DeliveryKey
from notifier.domain.notifications import LaneName
from shared.events.envelope import KafkaRecord
from shared.events.orders import DeliveryOrdered, lane_topic
from shared.kernel.clock import Clock
from shared.kit.broker import Producer

_HEADERS = (
    ("content-type", b"application/json"),
    ("ce_specversion", b"1.0"),
    ("ce_source", b"/carillon/notifier"),
    ("ce_type", DeliveryOrdered.event_type.encode()),
)


class LaneTopics:
    """Publishes orders under the person's key, ids only; written fast, as the event's own model would."""

    def __init__(self, producer: Producer, clock: Clock) -> None:
        self._producer = producer
        self._clock = clock

    async def publish(self, orders: Sequence[tuple[LaneName, DeliveryKey]]) -> None:
        instant = self._clock.now().isoformat().encode()
        await self._producer.publish([_record(lane, key, instant) for lane, key in orders])


def _record(lane: LaneName, key: DeliveryKey, instant: bytes) -> KafkaRecord:
    identity, person_id, channel = str(key.notification_id), key.person_id, key.channel
    return KafkaRecord(
        topic=lane_topic(lane),
        key=person_id,
        value=orjson.dumps({"notification_id": identity, "person_id": person_id, "channel": channel}),
        headers=(
            *_HEADERS,
            ("ce_id", f"{identity}/{person_id}/{channel}".encode()),
            ("ce_time", instant),
        ),
    )
