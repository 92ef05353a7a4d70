import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer

from shared.events.devices import DeviceRevoked
from shared.events.envelope import KafkaRecord, to_record
from shared.kit.broker import KafkaConnection, Producer
from shared.kit.outbox import OutboxRelay, add_to_outbox, relay_once, wait_published

pytestmark = pytest.mark.kafka

TOPIC = "ent.devices"


def a_record(person_id: str, number: int) -> KafkaRecord:
    data = DeviceRevoked(device_id=f"{person_id}-{number}", person_id=person_id, why="by_owner")
    return to_record(data, event_id=data.device_id, source="/tests", time=datetime.now(UTC))


async def read_ids(connection: KafkaConnection, person_id: str, count: int) -> list[str]:
    consumer = AIOKafkaConsumer(TOPIC, **connection.options(), auto_offset_reset="earliest")
    await consumer.start()
    try:
        found: list[str] = []
        async with asyncio.timeout(20):
            async for record in consumer:
                if record.key == person_id.encode():
                    found.append(dict(record.headers)["ce_id"].decode())
                if len(found) == count:
                    return found
    finally:
        await consumer.stop()
    return found


async def test_what_a_transaction_wrote_is_published_in_order_and_leaves_the_table(
    service_pool: Callable[..., Any], kafka_connection: KafkaConnection, producer: Producer
) -> None:
    pool = await service_pool("auth")
    person = uuid4().hex
    relay = asyncio.create_task(OutboxRelay(pool, producer).run())

    for number in range(20):
        async with pool.acquire() as connection, connection.transaction():
            row_id = await add_to_outbox(connection, [a_record(person, number)])
    published = await wait_published(pool, row_id, within_s=20)
    relay.cancel()

    assert published
    assert await read_ids(kafka_connection, person, 20) == [f"{person}-{number}" for number in range(20)]
    assert await pool.fetchval("select count(*) from outbox") == 0


async def test_what_was_rolled_back_is_never_published(
    service_pool: Callable[..., Any], kafka_connection: KafkaConnection, producer: Producer
) -> None:
    pool = await service_pool("auth")
    person = uuid4().hex

    with suppress(ZeroDivisionError):
        async with pool.acquire() as connection, connection.transaction():
            await add_to_outbox(connection, [a_record(person, 0)])
            raise ZeroDivisionError
    async with pool.acquire() as connection, connection.transaction():
        await add_to_outbox(connection, [a_record(person, 1)])
    await relay_once(pool, producer)

    assert await read_ids(kafka_connection, person, 1) == [f"{person}-1"]


async def test_two_relays_on_one_database_publish_each_record_once(
    service_pool: Callable[..., Any], kafka_connection: KafkaConnection, producer: Producer
) -> None:
    pool = await service_pool("auth")
    person = uuid4().hex
    async with pool.acquire() as connection:
        for number in range(200):
            await add_to_outbox(connection, [a_record(person, number)])
        last = await add_to_outbox(connection, [a_record(person, 200)])

    relays = [asyncio.create_task(OutboxRelay(pool, producer).run()) for _ in range(2)]
    assert await wait_published(pool, last, within_s=20)
    for relay in relays:
        relay.cancel()

    assert await read_ids(kafka_connection, person, 201) == [f"{person}-{number}" for number in range(201)]


async def test_a_row_that_nobody_relays_is_said_to_be_waiting(service_pool: Callable[..., Any]) -> None:
    pool = await service_pool("auth")
    async with pool.acquire() as connection:
        row_id = await add_to_outbox(connection, [a_record("p", 1)])

    assert not await wait_published(pool, row_id, within_s=0.1)


async def test_a_relay_survives_the_loss_of_its_connection(
    service_pool: Callable[..., Any], kafka_connection: KafkaConnection, producer: Producer
) -> None:
    pool = await service_pool("auth")
    person = uuid4().hex
    relay = asyncio.create_task(OutboxRelay(pool, producer).run())
    async with pool.acquire() as connection:
        first = await add_to_outbox(connection, [a_record(person, 0)])
    assert await wait_published(pool, first, within_s=20)

    async with pool.acquire() as connection:
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        second = await add_to_outbox(connection, [a_record(person, 1)])
    published = await wait_published(pool, second, within_s=20)
    relay.cancel()

    assert published
    assert await read_ids(kafka_connection, person, 2) == [f"{person}-0", f"{person}-1"]
