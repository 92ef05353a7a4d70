"""The one way to publish, on Apache Kafka: what one record does wrong, the next ones do not suffer for."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import MessageSizeTooLargeError

from carillon.infrastructure import ApacheKafka, EmbeddedBroker
from shared.events.devices import DeviceRevoked
from shared.events.envelope import KafkaRecord, to_record
from shared.kit.broker import LEAVE_WITHIN_S, KafkaConnection, Producer
from shared.kit.topics import ensure_topics
from tests.integration.conftest import TOPICS_FILE

pytestmark = pytest.mark.kafka

TOPIC_BYTES_MAX = 1_048_588


def a_record(person_id: str) -> KafkaRecord:
    data = DeviceRevoked(device_id=str(uuid4()), person_id=person_id, why="by_owner")
    return to_record(data, event_id=data.device_id, source="/tests", time=datetime.now(UTC))


async def test_a_record_the_broker_refuses_does_not_stop_those_that_follow_it(producer: Producer) -> None:
    person_id = f"person-{uuid4()}"
    good = a_record(person_id)
    await producer.publish([good])
    too_large = KafkaRecord(good.topic, person_id, b"x" * (TOPIC_BYTES_MAX + 1), good.headers)

    with pytest.raises(MessageSizeTooLargeError):
        await producer.publish([too_large])

    await producer.publish([a_record(person_id)])


async def test_leaving_does_not_wait_for_a_cluster_that_is_away(tmp_path: Path) -> None:
    with ApacheKafka(tmp_path) as broker:
        connection = KafkaConnection(broker.bootstrap_servers)
        await ensure_topics(connection, TOPICS_FILE)
        producer = Producer(connection, client="tests")
        await producer.start()
        await producer.publish([a_record("somebody")])
        broker.kill()
        pending = asyncio.create_task(producer.publish([a_record("somebody")]))
        await asyncio.wait([pending], timeout=0.5)

        async with asyncio.timeout(LEAVE_WITHIN_S + 5):
            await producer.stop()

        assert not pending.done()
        pending.cancel()


async def test_a_local_try_goes_on_where_the_broker_has_no_idempotent_producers() -> None:
    with EmbeddedBroker() as broker:
        connection = KafkaConnection(broker.bootstrap_servers, idempotence=True, idempotence_if_offered=True)
        await ensure_topics(connection, TOPICS_FILE)
        producer = Producer(connection, client="tests")

        await producer.start()
        await producer.publish([a_record("somebody")])
        await producer.stop()

        assert await _end(connection) == 1


async def _end(connection: KafkaConnection) -> int:
    """How many records the topic of `a_record` holds, over all its partitions."""
    topic = a_record("somebody").topic
    consumer = AIOKafkaConsumer(topic, **connection.options())
    await consumer.start()
    try:
        return sum((await consumer.end_offsets(consumer.assignment())).values())
    finally:
        await consumer.stop()
