"""From an event on Kafka to a mail on the wire: once, to those who agree, whatever repeats itself."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.events.security import AccessRevoked
from shared.kit.broker import KafkaConnection, Producer
from tests.fakes.smtp_server import SmtpServer
from tests.fakes.twilio_server import TwilioServer
from tests.integration.notifier_facts import the_academie
from tests.integration.notifier_path_rig import PathRig
from tests.waiting import eventually

pytestmark = pytest.mark.kafka


@pytest.fixture
async def rig(
    service_pool: Callable[..., Any], kafka_connection: KafkaConnection, producer: Producer
) -> AsyncIterator[PathRig]:
    async with SmtpServer() as relay, TwilioServer() as gateway:
        pool = await service_pool("notifier", size_max=16)
        rig = PathRig(pool, kafka_connection, producer, relay, gateway)
        await rig.begin_here()
        yield rig


@pytest.mark.requirement("R38")
async def test_the_same_events_five_times_to_two_notifiers_are_one_delivery(rig: PathRig) -> None:
    await rig.tell_about(*range(20))
    await rig.publish(the_academie(partner_id=rig.name))
    alert = rig.an_alert(rig.name)

    async with rig.notifier(), rig.notifier():
        for _ in range(5):
            await rig.send(*range(20), event_id=f"{rig.name}-message")
            await rig.publish(alert, event_id=f"{rig.name}-alert")
        states = await rig.settled(80)

    assert states == {"sent": 40, "suppressed": 40}
    assert rig.mailed() == Counter({f"{rig.person(n)}@example.org": 2 for n in range(20)})


@pytest.mark.requirement("R45")
async def test_an_opt_out_just_before_a_message_is_heard(rig: PathRig) -> None:
    async with rig.notifier():
        for number in range(10):
            await rig.tell_about(number)
            await rig.tell_about(number, choices=False, version=2)
            await rig.send(number)
        states = await rig.settled(20)

    assert states == {"suppressed": 20}
    assert rig.relay.taken == []


@pytest.mark.requirement("R45")
async def test_an_opt_out_between_routing_and_sending_is_heard(rig: PathRig) -> None:
    await rig.tell_about(*range(10))
    async with rig.notifier(("projections", "router")):
        await rig.send(*range(10))
        await rig.settled(10)  # the silences; the orders wait in their lane
        await rig.tell_about(*range(10), choices=False, version=2)
        await _reached(rig, 2)

    async with rig.notifier(("normal", "sweeper")):
        states = await rig.settled(20)

    assert states == {"suppressed": 20}
    assert rig.relay.taken == []


async def test_a_code_goes_out_and_is_erased(rig: PathRig) -> None:
    async with rig.notifier():
        await rig.publish(rig.a_code("typed@example.org", "482913"))
        states = await rig.settled(1)

    assert states == {"sent": 1}
    assert rig.mailed() == {"typed@example.org": 1}
    assert b"482913" in rig.relay.taken[0].content
    assert await rig.pool.fetchval("select sealed from notification") is None


@pytest.mark.requirement("A19")
async def test_a_security_notice_reaches_each_contact_that_it_is_sealed_for_and_leaves_no_address_behind(
    rig: PathRig,
) -> None:
    await rig.tell_about(0, choices=False)
    async with rig.notifier():
        await rig.publish(
            AccessRevoked(person_id=rig.person(0), revoked_at=datetime.now(UTC), reason="password_changed"),
            rig.a_security_notice(0, "before@example.org"),
            rig.a_security_notice(0, "after@example.org"),
            rig.a_security_notice(0, "+33639980077"),
        )
        states = await rig.settled(3)

    assert states == {"sent": 3}
    assert rig.mailed() == {"before@example.org": 1, "after@example.org": 1}
    assert [taken.form["To"] for taken in rig.gateway.taken] == ["+33639980077"]
    assert await rig.pool.fetchval("select count(*) from notification where sealed is not null") == 0
    for table in ("notification", "delivery", "outbox"):
        rows = await rig.pool.fetch(f"select t::text from {table} t")
        assert not any(word in row[0] for row in rows for word in ("before@", "after@", "33639980077"))


async def test_a_notifier_that_ends_leaves_its_work_to_the_next_without_doubling_any(rig: PathRig) -> None:
    await rig.tell_about(*range(200))
    async with rig.notifier():
        await rig.send(*range(200))
        while not rig.relay.taken:
            await asyncio.sleep(0.005)

    async with rig.notifier():
        states = await rig.settled(400)

    assert states == {"sent": 200, "suppressed": 200}
    assert set(rig.mailed().values()) == {1}
    assert await rig.pool.fetchval("select count(*) from delivery where possible_duplicate") == 0


async def _reached(rig: PathRig, version: int) -> None:
    async def known() -> bool:
        count = await rig.pool.fetchval(
            "select count(*) from preference where version = $1 and starts_with(person_id, $2)",
            version,
            rig.name,
        )
        return bool(count == 10)

    await eventually(known, what="the newest choices")


async def test_a_database_that_lost_its_facts_reads_them_again_from_the_beginning(rig: PathRig) -> None:
    await rig.tell_about(*range(10))
    async with rig.notifier(("projections",)):
        await _reached(rig, 1)
    for table in ("account", "attachment", "preference", "contact", "choice", "projection_position"):
        await rig.pool.execute(f"truncate {table}")

    async with rig.notifier():
        await rig.send(*range(10))
        states = await rig.settled(20)

    assert states == {"sent": 10, "suppressed": 10}


async def test_an_event_that_no_database_could_hold_is_set_aside_and_the_next_one_delivered(
    rig: PathRig,
) -> None:
    await rig.tell_about(0)
    good = rig.a_message(0)
    bad = good.model_copy(update={"subject": "Sortie\x00"})

    async with rig.notifier():
        await rig.publish(bad, good)
        states = await rig.settled(2)

    assert states == {"sent": 1, "suppressed": 1}
