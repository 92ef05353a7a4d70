"""Canaries: what must stay where it is needed is looked for everywhere else."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from aiokafka import AIOKafkaConsumer

from carillon.rig import Person, facts_about
from carillon.rig.facts import record
from shared.events.codes import CodeIssued, CodeSecret
from shared.events.envelope import KafkaRecord
from shared.events.security import SecurityNoticed
from shared.kit.sealing import Sealer
from tests.e2e.scene import Scene, a_uai

pytestmark = pytest.mark.kafka

PUBLIC_TOPICS = (
    "notifier.deliveries.codes",
    "notifier.deliveries.urgent",
    "notifier.deliveries.normal",
    "notifier.deliveries.bulk",
    "ent.notifications",
    "ent.security",
)


async def test_no_address_number_code_or_text_leaves_its_place(scene: Scene) -> None:
    mark = uuid4().hex[:10]
    number = f"+336{uuid4().int % 10**8:08d}"
    code = str(uuid4().int % 10**8).zfill(8)
    before = f"avant-{mark}@example.org"
    canaries = [f"canari-{mark}@example.org", number, number[1:], code, f"corps-{mark}", before]
    person = Person(person_id=f"p-{mark}", uai=a_uai(), email=canaries[0], phone=number)
    notifier = scene.rig.notifier(settings={"LOG_LEVEL": "debug"})
    port = notifier.environment["HTTP_PORT"] if notifier.environment else ""
    await scene.producer.publish(list(facts_about([person])))

    scene.rig.fault(kind="smtp", mode="reject_5xx", share=1.0, for_address=canaries[0], seconds=600)
    scene.rig.fault(kind="sms", mode="500_before", share=1.0, for_address=number, seconds=600)
    sealed = Sealer(scene.rig.code_key).seal(CodeSecret(destination=number, code=code))
    issued = CodeIssued(
        code_id=mark,
        person_id=person.person_id,
        purpose="recovery",
        channel="sms",
        sealed=sealed,
        expires_at=datetime.now(UTC) + timedelta(seconds=5),
    )
    noticed = _a_notice_to(scene, before, person.person_id)
    message = scene.message([person], urgent=True)
    bad = KafkaRecord("ent.messages", mark, b'{"subject": "' + canaries[4].encode() + b'"}', message.headers)
    await scene.producer.publish(
        [record(issued, event_id=mark), record(noticed, event_id=noticed.notice_id), message, bad]
    )
    alert_id = await scene.alert([person])
    await scene.settled([mark], expected=1)
    await scene.settled([noticed.notice_id], expected=1)
    await scene.settled([alert_id], expected=2)

    metrics = await asyncio.to_thread(httpx.get, f"http://127.0.0.1:{port}/metrics")
    places = {
        "the log": notifier.log.read_text(encoding="utf-8"),
        "the metrics": metrics.text,
        "a dead letter's headers": str(
            [dict(one.headers) for one in await _all_of(scene, ["ent.messages.dlq"])]
        ),
        "the lanes and settled facts": str(
            [(one.key, one.value, one.headers) for one in await _all_of(scene, PUBLIC_TOPICS)]
        ),
        "the ledger": str(
            await scene.pool.fetch("select * from delivery where person_id = $1", person.person_id)
        ),
    }
    assert person.person_id in places["the lanes and settled facts"]
    found = [(canary, place) for place, text in places.items() for canary in canaries if canary in text]
    assert found == []
    for event_id in (mark, noticed.notice_id):
        assert (
            await scene.pool.fetchval("select sealed from notification where event_id = $1", event_id) is None
        )


def _a_notice_to(scene: Scene, destination: str, person_id: str) -> SecurityNoticed:
    return SecurityNoticed(
        notice_id=f"notice-{person_id}",
        person_id=person_id,
        fact="contact_changed",
        channel="email",
        sealed=Sealer(scene.rig.code_key).seal_destination(destination),
        occurred_at=datetime.now(UTC),
        expires_at=datetime.now(UTC) + timedelta(hours=1),
    )


async def _all_of(scene: Scene, topics: Any) -> list[Any]:
    consumer = AIOKafkaConsumer(
        *topics,
        **scene.rig.connection.options(),
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4_000_000,
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        found: list[Any] = []
        async with asyncio.timeout(30):
            while any([await consumer.position(place) < end for place, end in ends.items()]):
                for batch in (await consumer.getmany(timeout_ms=200)).values():
                    found += batch
        return found
    finally:
        await consumer.stop()
