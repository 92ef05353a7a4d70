"""Kill, starve, repeat: on Apache Kafka, with real processes. Nothing is lost; what may be double is marked."""

import asyncio
import time
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from carillon.rig import Person
from shared.events.envelope import EVENT_BYTES_MAX, KafkaRecord
from tests.e2e.scene import Scene
from tests.waiting import eventually

pytestmark = pytest.mark.kafka

AWAY_S = 30
IN_FLIGHT = 2_000


async def test_a_worker_killed_with_2000_deliveries_in_flight_loses_none_and_marks_what_may_be_double(
    scene: Scene,
) -> None:
    people = await scene.crowd(IN_FLIGHT)
    scene.rig.fault(kind="smtp", mode="slow", share=1.0, seconds=600)
    worker = scene.rig.notifier("doomed", settings={"LANE_BULK_IN_FLIGHT_MAX": str(IN_FLIGHT)})
    event_id = await scene.alert(people)

    async def all_claimed_and_some_sent() -> bool:
        return (
            await scene.count([event_id], "d.channel = 'email'") == IN_FLIGHT
            and await scene.count([event_id], "d.state = 'sent'") > 0
        )

    await eventually(all_claimed_and_some_sent, within_s=60, what="2,000 claims and a first mail")
    worker.kill()
    left = await scene.count([event_id], "d.state = 'sending'")
    scene.rig.heal()
    scene.rig.notifier("successor")
    await scene.settled([event_id], expected=2 * IN_FLIGHT)

    received = scene.received(people)
    twice = {person for person, count in received.items() if count > 1}
    assert left > 0
    assert received.keys() == {person.person_id for person in people}
    assert await scene.count([event_id], "d.channel = 'email' and d.state = 'sent'") == IN_FLIGHT
    assert twice <= await scene.marked_twice([event_id])
    assert max(received.values()) <= 2


async def test_an_event_published_five_times_to_two_notifiers_is_one_delivery_a_person_and_channel(
    scene: Scene,
) -> None:
    scene.rig.notifier("first")
    scene.rig.notifier("second")
    people = await scene.crowd(50, phones=True)

    alert_id = await scene.alert(people, urgent=True, times=5)
    message = scene.message(people, urgent=True)
    message_id = dict(message.headers)["ce_id"].decode()
    await scene.producer.publish([message] * 5)
    await scene.settled([alert_id, message_id], expected=2 * 2 * len(people))

    assert set(scene.received(people).values()) == {2}
    own_numbers = {person.phone for person in people}
    texts = [sms for sms in scene.rig.messages("sms") if own_numbers & set(sms["to"])]
    assert len(texts) == 2 * len(people)


async def test_bad_records_are_set_aside_and_the_next_good_one_is_delivered(scene: Scene) -> None:
    scene.rig.notifier()
    people = await scene.crowd(1)
    good = scene.message(people)
    key = str(good.key)
    unknown = tuple(
        (name, b"fr.ent.message.received.v99" if name == "ce_type" else value) for name, value in good.headers
    )
    bad = [
        KafkaRecord("ent.messages", key, b"{", good.headers),
        KafkaRecord("ent.messages", key, b" " * (EVENT_BYTES_MAX + 1), good.headers),
        KafkaRecord("ent.messages", key, good.value, unknown),
    ]

    await scene.producer.publish([*bad, good])
    await scene.settled([key], expected=2)

    reasons = await _reasons_of_dead_letters(scene, key, len(bad))
    assert reasons == ["malformed", "oversized", "unknown_version"]
    assert scene.received(people) == {people[0].person_id: 1}


async def _reasons_of_dead_letters(scene: Scene, key: str, count: int) -> list[str]:
    consumer = AIOKafkaConsumer(
        "ent.messages.dlq",
        **scene.rig.connection.options(),
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4_000_000,
    )
    await consumer.start()
    found: list[str] = []
    try:
        async with asyncio.timeout(30):
            async for letter in consumer:
                if letter.key == key.encode():
                    found.append(dict(letter.headers)["error-reason"].decode())
                if len(found) == count:
                    return found
    finally:
        await consumer.stop()
    return found


async def test_with_the_database_away_for_30_s_everything_arrives_afterwards(scene: Scene) -> None:
    people = await scene.crowd(300)
    scene.rig.notifier()
    before = [await scene.send(people[:100]) for _ in range(3)]

    scene.rig.postgres.kill()
    during = await _sent_while_away(scene, people)
    scene.rig.postgres.start()

    await scene.settled([*before, *during], expected=2 * (300 + 100 * len(during)))
    await _each_has_what_was_sent(scene, people, before, during)


async def test_with_the_broker_away_for_30_s_everything_arrives_afterwards(scene: Scene) -> None:
    people = await scene.crowd(300)
    scene.rig.notifier()
    before = [await scene.send(people[:100]) for _ in range(3)]
    kafka: Any = scene.rig.kafka

    kafka.kill()
    away_since = time.monotonic()
    during = scene.message(people[100:200])
    publishing = asyncio.create_task(scene.producer.publish([during]))
    await eventually(lambda: time.monotonic() - away_since > AWAY_S, within_s=AWAY_S + 5)
    kafka.start()  # from this thread: a process ends with the thread that started it
    await _published_at_last(scene, publishing, during)

    event_ids = [*before, str(during.key)]
    await scene.settled(event_ids, expected=2 * 400)
    await _each_has_what_was_sent(scene, people[:200], before, [str(during.key)])


async def _published_at_last(scene: Scene, publishing: asyncio.Task[None], message: KafkaRecord) -> None:
    """A producer whose patience ended with the outage publishes the same event again."""
    try:
        await publishing
    except KafkaError:
        await scene.producer.publish([message])


async def _sent_while_away(scene: Scene, people: list[Person]) -> list[str]:
    away_since = time.monotonic()
    sent = [await scene.send(people[100:200])]
    await eventually(lambda: time.monotonic() - away_since > AWAY_S, within_s=AWAY_S + 5)
    return [*sent, await scene.send(people[200:])]


async def _each_has_what_was_sent(
    scene: Scene, people: list[Person], before: list[str], during: list[str]
) -> None:
    """Everybody has every mail; more than one for an event only where the ledger says that it may be."""
    received = scene.received(people)
    marked = await scene.marked_twice([*before, *during])
    for number, person in enumerate(people):
        sent = len(before) if number < 100 else 1
        extra = received[person.person_id] - sent
        assert extra >= 0, "a mail is missing"
        assert extra == 0 or person.person_id in marked
