"""Accepted alerts on their way to `ent.alerts`."""

import asyncio

from aiokafka.errors import KafkaError

from notifier.application.intake_ports import BrokerAway
from notifier.domain.idempotency import Receipt
from shared.events.alerts import PartnerAlert
from shared.events.envelope import to_record
from shared.kit.broker import Producer

PUBLISH_WITHIN_S = 8.0


class KafkaAlertsTopic:
    """Publishes with acks=all; the same receipt always gives the same event."""

    def __init__(self, producer: Producer, *, within_s: float = PUBLISH_WITHIN_S) -> None:
        self._producer = producer
        self._within_s = within_s

    async def publish(self, receipt: Receipt) -> None:
        record = to_record(
            PartnerAlert.model_validate_json(receipt.event),
            event_id=receipt.alert_id,
            source=receipt.event_source,
            time=receipt.accepted_at,
        )
        try:
            async with asyncio.timeout(self._within_s):
                await self._producer.publish([record])
        except (KafkaError, TimeoutError) as failure:
            raise BrokerAway from failure
