"""What somebody is waiting for leaves before the rest, however long that has been waiting."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord

from shared.events.base import EventData
from shared.events.codes import CodeIssued
from shared.events.devices import DeviceRevoked
from shared.events.envelope import KafkaRecord, to_record
from shared.events.security import AccessRevoked
from shared.kit.broker import KafkaConnection, Producer
from shared.kit.outbox import (
    RECORDS_A_ROW_MAX,
    ROWS_A_PASS_MAX,
    OutboxRelay,
    add_to_outbox,
    last_waiting,
    relay_once,
    wait_published,
)

pytestmark = pytest.mark.kafka

BULK, CODES, SECURITY = DeviceRevoked.topic, CodeIssued.topic, AccessRevoked.topic


class Onlooker(Producer):
    """The producer, and what is done when a pass has been published and is still in the table."""

    def __init__(self, connection: KafkaConnection) -> None:
        super().__init__(connection, client="tests")
        self.passes: list[list[str]] = []
        self.once_published: Callable[[], Awaitable[object]] | None = None

    async def publish(self, records: Sequence[KafkaRecord]) -> None:
        await super().publish(records)
        self.passes.append(sorted({record.topic for record in records}))
        if self.once_published is not None:
            do, self.once_published = self.once_published, None
            await do()


@pytest.fixture
async def onlooker(kafka_connection: KafkaConnection) -> Any:
    one = Onlooker(kafka_connection)
    await one.start()
    yield one
    await one.stop()


def written(data: EventData, event_id: str) -> KafkaRecord:
    return to_record(data, event_id=event_id, source="/tests", time=datetime.now(UTC))


def a_device(person_id: str, number: int) -> KafkaRecord:
    data = DeviceRevoked(device_id=f"{person_id}-{number}", person_id=person_id, why="by_owner")
    return written(data, data.device_id)


def a_code(person_id: str, number: int = 0) -> KafkaRecord:
    data = CodeIssued(
        code_id=f"{person_id}-{number}",
        person_id=person_id,
        purpose="recovery",
        channel="email",
        sealed="sealed",
        expires_at=datetime.now(UTC) + timedelta(minutes=5),
    )
    return written(data, data.code_id)


def access_ended(person_id: str, number: int) -> KafkaRecord:
    now = datetime.now(UTC)
    data = AccessRevoked(person_id=person_id, revoked_at=now, reason="password_changed")
    return written(data, f"{person_id}-{number}")


async def add(pool: Any, *records: KafkaRecord) -> int | None:
    async with pool.acquire() as connection, connection.transaction():
        return await add_to_outbox(connection, records)


async def told(connection: KafkaConnection, topic: str, person_id: str, count: int) -> list[ConsumerRecord]:
    """The first records of a topic that are about somebody."""
    found: list[ConsumerRecord] = []
    consumer = AIOKafkaConsumer(topic, **connection.options(), auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(20):
            while len(found) < count:
                read = await consumer.getmany(timeout_ms=500)
                found += [one for many in read.values() for one in many if one.key == person_id.encode()]
    finally:
        await consumer.stop()
    return found


def ids(records: Sequence[ConsumerRecord]) -> list[str]:
    return [dict(record.headers)["ce_id"].decode() for record in records]


@pytest.mark.requirement("R70")
async def test_a_code_leaves_before_the_thousands_of_facts_that_were_there_first(
    service_pool: Callable[..., Any], kafka_connection: KafkaConnection, onlooker: Onlooker
) -> None:
    pool, person = await service_pool("auth"), uuid4().hex
    for start in range(0, 5_000, 2):
        await add(pool, a_device(person, start), a_device(person, start + 1))
    await add(pool, a_code(person))

    await relay_once(pool, onlooker)

    bulk_passes = 2_500 // ROWS_A_PASS_MAX
    assert onlooker.passes == [[CODES], *[[BULK]] * bulk_passes]
    assert ids(await told(kafka_connection, CODES, person, 1)) == [f"{person}-0"]
    devices = await told(kafka_connection, BULK, person, 5_000)
    assert ids(devices) == [f"{person}-{number}" for number in range(5_000)]


async def test_a_code_that_comes_while_others_leave_waits_for_the_pass_in_hand_and_no_more(
    service_pool: Callable[..., Any], onlooker: Onlooker
) -> None:
    pool, person = await service_pool("auth"), uuid4().hex
    for number in range(3 * ROWS_A_PASS_MAX):
        await add(pool, a_device(person, number))
    onlooker.once_published = lambda: add(pool, a_code(person))

    await relay_once(pool, onlooker)

    assert onlooker.passes == [[BULK], [CODES], [BULK], [BULK]]


async def test_one_pass_is_short_whatever_was_added_at_once(
    service_pool: Callable[..., Any], onlooker: Onlooker
) -> None:
    pool, person = await service_pool("auth"), uuid4().hex
    records_a_pass_max = ROWS_A_PASS_MAX * RECORDS_A_ROW_MAX
    last = await add(pool, *(a_device(person, number) for number in range(records_a_pass_max + 1)))

    relay = asyncio.create_task(OutboxRelay(pool, onlooker).run())
    assert await wait_published(pool, last, within_s=20)
    relay.cancel()

    assert onlooker.passes == [[BULK], [BULK]]
    assert await pool.fetchval("select count(*) from outbox") == 0


async def test_what_passes_first_keeps_its_own_order(
    service_pool: Callable[..., Any], kafka_connection: KafkaConnection, onlooker: Onlooker
) -> None:
    pool, person = await service_pool("auth"), uuid4().hex
    for number in range(60):
        await add(pool, a_device(person, number))
        await add(pool, a_code(person, number))
        await add(pool, access_ended(person, number))

    await relay_once(pool, onlooker)

    in_order = [f"{person}-{number}" for number in range(60)]
    for topic in (CODES, SECURITY, BULK):
        assert ids(await told(kafka_connection, topic, person, 60)) == in_order


async def test_a_code_leaves_the_table_even_while_something_else_cannot_leave(
    service_pool: Callable[..., Any], onlooker: Onlooker
) -> None:
    pool, person = await service_pool("auth"), uuid4().hex
    too_large = KafkaRecord(topic=BULK, key=person, value=b'"' + b"x" * 3_000_000 + b'"')
    stuck = await add(pool, too_large)
    code = await add(pool, a_code(person))
    relay = asyncio.create_task(OutboxRelay(pool, onlooker).run())

    assert await wait_published(pool, code, within_s=20)
    assert onlooker.passes == [[CODES]]
    assert await last_waiting(pool) == stuck
    relay.cancel()


async def test_a_relay_killed_between_publishing_and_deleting_publishes_again(
    service_pool: Callable[..., Any], kafka_connection: KafkaConnection, onlooker: Onlooker
) -> None:
    pool, person = await service_pool("auth"), uuid4().hex
    published = asyncio.Event()

    async def never_come_back() -> None:
        published.set()
        await asyncio.Future()

    code = await add(pool, a_code(person))
    onlooker.once_published = never_come_back
    killed = asyncio.create_task(OutboxRelay(pool, onlooker).run())
    async with asyncio.timeout(20):
        await published.wait()
    killed.cancel()
    with suppress(asyncio.CancelledError):
        await killed

    assert await last_waiting(pool) == code
    await relay_once(pool, onlooker)

    assert await last_waiting(pool) is None
    assert ids(await told(kafka_connection, CODES, person, 2)) == [f"{person}-0", f"{person}-0"]


async def test_records_that_leave_in_different_turns_are_not_added_together(
    service_pool: Callable[..., Any],
) -> None:
    pool = await service_pool("auth")

    with pytest.raises(ValueError, match="pass first"):
        await add(pool, a_device("p", 0), a_code("p"))

    assert await last_waiting(pool) is None


async def test_what_is_published_last_is_what_waits_longest(service_pool: Callable[..., Any]) -> None:
    pool = await service_pool("auth")
    await add(pool, a_device("p", 0))
    last = await add(pool, a_device("p", 1))
    await add(pool, a_code("p"))

    assert await last_waiting(pool) == last
