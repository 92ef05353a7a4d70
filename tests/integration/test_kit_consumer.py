"""The consumption recipe, on Apache Kafka: at least once, nothing lost, nothing stuck on one bad record."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.events.devices import DeviceRevoked
from shared.events.envelope import EVENT_BYTES_MAX, KafkaRecord, to_record
from shared.kit.broker import KafkaConnection, Producer
from shared.kit.consumer import Batch, Consumer, DeadLetter, Offsets
from tests.waiting import eventually

pytestmark = pytest.mark.kafka

TOPIC = "ent.devices"


def a_record(person_id: str, number: int) -> KafkaRecord:
    data = DeviceRevoked(device_id=f"{person_id}-{number}", person_id=person_id, why="by_owner")
    return to_record(data, event_id=data.device_id, source="/tests", time=datetime.now(UTC))


class Seen:
    """A handler that keeps what is one person's, and whose next calls may be made to fail."""

    def __init__(self, person_id: str) -> None:
        self.person_id = person_id
        self.ids: list[str] = []
        self.failures_left = 0
        self.refused: set[str] = set()
        self._changed = asyncio.Event()

    async def __call__(self, batch: Batch) -> None:
        own = [one for one in batch.received if one.event.data and one.event.key == self.person_id]
        if own and self.failures_left:
            self.failures_left -= 1
            raise ConnectionResetError
        for one in own:
            if one.event.id in self.refused:
                raise DeadLetter(one, "refused_here", "a test asked for it")
        self.ids += [one.event.id for one in own]
        self._changed.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(30):
            while len(self.ids) < count:
                self._changed.clear()
                await self._changed.wait()


Joined = Callable[[Seen, str], Any]


@pytest.fixture
def joined(kafka_connection: KafkaConnection, producer: Producer) -> Joined:
    @asynccontextmanager
    async def join(seen: Seen, group: str) -> AsyncIterator[Consumer]:
        consumer = Consumer(kafka_connection, topics=[TOPIC], group=group, handle=seen, producer=producer)
        await consumer.start()
        try:
            yield consumer
        finally:
            await consumer.stop()

    return join


async def dead_letters(connection: KafkaConnection, person_id: str, count: int) -> list[Any]:
    consumer = AIOKafkaConsumer(
        f"{TOPIC}.dlq",
        **connection.options(),
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4_000_000,
    )
    await consumer.start()
    found: list[Any] = []
    try:
        async with asyncio.timeout(20):
            async for record in consumer:
                if record.key == person_id.encode():
                    found.append(record)
                if len(found) == count:
                    return found
    finally:
        await consumer.stop()
    return found


async def test_a_failed_batch_comes_again_whole_and_nothing_is_lost(
    joined: Joined, producer: Producer
) -> None:
    seen = Seen(uuid4().hex)
    seen.failures_left = 3
    async with joined(seen, seen.person_id) as consumer:
        await producer.publish([a_record(seen.person_id, number) for number in range(10)])
        await seen.until(10)

        assert sorted(set(seen.ids)) == [f"{seen.person_id}-{number}" for number in range(10)]
        await eventually(lambda: consumer.ready, what="readiness after the batch went well")


async def test_what_cannot_be_understood_is_set_aside_and_the_next_good_one_arrives(
    joined: Joined, kafka_connection: KafkaConnection, producer: Producer
) -> None:
    seen = Seen(uuid4().hex)
    key = seen.person_id
    good = a_record(key, 1)
    unknown = tuple(
        (name, b"fr.ent.device.revoked.v99" if name == "ce_type" else value) for name, value in good.headers
    )
    bad = [
        KafkaRecord(TOPIC, key, b"{not json", good.headers),
        KafkaRecord(TOPIC, key, b"x" * (EVENT_BYTES_MAX + 1), good.headers),
        KafkaRecord(TOPIC, key, good.value, unknown),
        KafkaRecord(TOPIC, key, b'{"device_id": "d"}', good.headers),
        KafkaRecord(TOPIC, key, good.value, ()),
    ]
    async with joined(seen, key):
        await producer.publish([*bad, good])
        await seen.until(1)

    letters = await dead_letters(kafka_connection, key, len(bad))
    headers = [dict(letter.headers) for letter in letters]
    assert [told["error-reason"] for told in headers] == [
        b"malformed",
        b"oversized",
        b"unknown_version",
        b"invalid",
        b"malformed",
    ]
    assert [letter.value for letter in letters] == [record.value for record in bad]
    assert {told["origin-topic"] for told in headers} == {TOPIC.encode()}
    assert all(told["origin-partition"].isdigit() and told["origin-offset"].isdigit() for told in headers)
    assert seen.ids == [f"{key}-1"]


async def test_what_is_set_aside_is_so_once_however_often_its_batch_is_tried_again(
    joined: Joined, kafka_connection: KafkaConnection, producer: Producer
) -> None:
    seen = Seen(uuid4().hex)
    key, good = seen.person_id, a_record(seen.person_id, 1)
    seen.failures_left = 3
    async with joined(seen, key):
        await producer.publish([KafkaRecord(TOPIC, key, b"{first", good.headers), good])
        await seen.until(1)
        await producer.publish([KafkaRecord(TOPIC, key, b"{second", good.headers), a_record(key, 2)])
        await seen.until(2)

    letters = await dead_letters(kafka_connection, key, 2)
    assert [letter.value for letter in letters] == [b"{first", b"{second"]


@pytest.mark.parametrize("where", ["value", "headers"])
async def test_a_record_that_only_compression_made_small_is_set_aside_cut(
    where: str, joined: Joined, kafka_connection: KafkaConnection, producer: Producer
) -> None:
    seen = Seen(uuid4().hex)
    key, good, huge = seen.person_id, a_record(seen.person_id, 1), b"0" * 3_000_000
    headers = [*good.headers, ("padding", huge)] if where == "headers" else list(good.headers)
    squeezing = AIOKafkaProducer(
        **kafka_connection.options(), compression_type="gzip", max_request_size=10_000_000
    )
    await squeezing.start()
    async with joined(seen, key):
        value = huge if where == "value" else b"{not json"
        await squeezing.send_and_wait(TOPIC, value, key=key.encode(), headers=headers)
        await producer.publish([good])
        await seen.until(1)
    await squeezing.stop()

    (letter,) = await dead_letters(kafka_connection, key, 1)
    assert [name for name, _ in letter.headers if "-cut-" in name or "-left-out" in name]


async def test_one_record_a_handler_refuses_is_set_aside_alone(
    joined: Joined, kafka_connection: KafkaConnection, producer: Producer
) -> None:
    seen = Seen(uuid4().hex)
    seen.refused = {f"{seen.person_id}-1"}
    async with joined(seen, seen.person_id):
        await producer.publish([a_record(seen.person_id, number) for number in range(3)])
        await seen.until(2)

    letters = await dead_letters(kafka_connection, seen.person_id, 1)
    assert dict(letters[0].headers)["error-reason"] == b"refused_here"
    assert sorted(set(seen.ids)) == [f"{seen.person_id}-0", f"{seen.person_id}-2"]


async def test_what_was_handled_is_committed_and_not_given_to_the_next_member(
    joined: Joined, producer: Producer
) -> None:
    first, second = Seen(uuid4().hex), Seen("")
    second.person_id = first.person_id
    async with joined(first, first.person_id):
        await producer.publish([a_record(first.person_id, number) for number in range(5)])
        await first.until(5)
    async with joined(second, first.person_id):
        await producer.publish([a_record(first.person_id, 5)])
        await second.until(1)

    assert second.ids == [f"{first.person_id}-5"]


async def test_a_handler_that_keeps_its_own_offsets_begins_where_they_say(
    kafka_connection: KafkaConnection, producer: Producer
) -> None:
    key = uuid4().hex
    await producer.publish([a_record(key, number) for number in range(3)])
    seen: list[list[str]] = []

    for _ in range(2):  # the second member finds the group's offsets committed, and reads from the beginning
        first: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()

        async def begin_at(ends: Offsets) -> Offsets:
            return dict.fromkeys(ends, 0)

        async def handle(batch: Batch, heard: asyncio.Future[list[str]] = first) -> None:
            own = [one.event.id for one in batch.received if one.event.key == key]
            if own and not heard.done():
                heard.set_result(own)

        consumer = Consumer(
            kafka_connection, topics=[TOPIC], group=key, handle=handle, producer=producer, begin_at=begin_at
        )
        await consumer.start()
        try:
            seen.append(await asyncio.wait_for(first, 20))
        finally:
            await consumer.stop()

    assert seen[0] == seen[1] == [f"{key}-{number}" for number in range(3)]
