"""Accepted alerts on a real Apache Kafka: one identity however often published, and a broker that is away."""

from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from carillon.infrastructure import ApacheKafka
from notifier.adapters.alerts_topic import KafkaAlertsTopic
from notifier.application.intake_ports import BrokerAway
from shared.events.envelope import Event, from_record
from shared.kit.broker import KafkaConnection, Producer
from tests.integration.test_partner_intake import a_receipt

pytestmark = pytest.mark.kafka


async def test_the_same_receipt_is_the_same_event(
    kafka_connection: KafkaConnection, producer: Producer
) -> None:
    receipt = a_receipt(partner_id="Métropole de Lyon", alert_id="topic-1")
    topic = KafkaAlertsTopic(producer)
    consumer = AIOKafkaConsumer("ent.alerts", auto_offset_reset="earliest", **kafka_connection.options())
    await consumer.start()
    await topic.publish(receipt)
    await topic.publish(receipt)

    seen: list[Event[Any]] = []
    while len(seen) < 2:
        record = await consumer.getone()
        event = from_record(record.key, record.value, record.headers)
        if isinstance(event, Event) and event.id == "topic-1":
            seen.append(event)
    await consumer.stop()

    assert seen[0] == seen[1]
    assert (seen[0].source, seen[0].key) == ("/partners/M%C3%A9tropole%20de%20Lyon", "a1")


async def test_a_broker_that_does_not_confirm_in_time_is_away(kafka: ApacheKafka, producer: Producer) -> None:
    topic = KafkaAlertsTopic(producer, within_s=0)

    with pytest.raises(BrokerAway):
        await topic.publish(a_receipt())
