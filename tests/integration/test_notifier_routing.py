"""Routing on PostgreSQL: written whole or not at all, and once, whoever tries."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from notifier.adapters.facts_store import KnownFacts
from notifier.adapters.history_store import HistoryStore
from notifier.adapters.lease_store import LeaseStore
from notifier.adapters.notifications_store import NotificationsStore
from notifier.application.reports import CountConservation, ExplainDelivery
from notifier.domain.deliveries import State
from shared.kernel.refusals import Refused
from tests.fakes.orders import FakeOrders
from tests.integration.notifier_facts import preferences_of, tell, tell_people, the_academie
from tests.unit.notifier.examples import ALL_EVENTS, NIGHT, NOON, SOMEBODY, a_key
from tests.unit.notifier.routing_rig import RoutingRig, a_code_for, a_message_to, an_alert_for


@pytest.fixture
async def pool(service_pool: Callable[..., Any]) -> asyncpg.Pool:
    return await service_pool("notifier", size_max=16)


def a_rig(pool: asyncpg.Pool, **change: Any) -> tuple[RoutingRig, FakeOrders]:
    orders = FakeOrders()
    return RoutingRig(NotificationsStore(pool), KnownFacts(pool), orders, **change), orders


async def facts_told(pool: asyncpg.Pool) -> list[tuple[str, str]]:
    """Person and state of every settled fact that waits to be published."""
    rows = await pool.fetch("select records from outbox order by id")
    told = [json.loads(record[2]) for row in rows for record in row["records"]]
    return [(fact["person_id"], fact["state"]) for fact in told]


async def test_silences_their_facts_and_the_progress_of_the_event_are_one_transaction(
    pool: asyncpg.Pool,
) -> None:
    await tell_people(pool, "sonia")
    await tell(pool, preferences_of("léo", choices=()))
    rig, orders = a_rig(pool)

    await rig.messages([a_message_to("sonia", "léo")])

    assert [key.person_id for _, key in orders.published] == ["sonia"]
    assert await pool.fetchval("select expected from notification where routed_at is not null") == 4
    assert sorted(await facts_told(pool)) == [
        ("léo", "suppressed"),
        ("léo", "suppressed"),
        ("sonia", "suppressed"),
    ]


async def test_two_routers_at_once_write_an_event_once(pool: asyncpg.Pool) -> None:
    await tell_people(pool, *(f"person-{number}" for number in range(50)))
    recipients = [f"person-{number}" for number in range(60)]
    rigs = [a_rig(pool)[0] for _ in range(5)]

    await asyncio.gather(*(rig.messages([a_message_to(*recipients)]) for rig in rigs))

    assert await pool.fetchval("select expected from notification") == 120
    assert await pool.fetchval("select count(*) from delivery where channel = 'sms'") == 60
    assert len(await facts_told(pool)) == 70


async def test_many_small_messages_are_one_question_and_one_transaction(pool: asyncpg.Pool) -> None:
    await tell_people(pool, *(f"person-{number}" for number in range(100)))
    rig, orders = a_rig(pool)

    await rig.messages([a_message_to(f"person-{number}", event_id=f"m{number}") for number in range(100)])

    assert len(orders.published) == 100
    assert await pool.fetchval("select count(*) from notification where routed_at is not null") == 100


async def test_a_page_that_two_routers_did_is_written_once(
    pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifier.application.route_alerts.PAGE_PEOPLE_MAX", 10)
    await tell_people(pool, *(f"person-{number:02d}" for number in range(35)))
    await tell(pool, the_academie())
    rigs = [a_rig(pool)[0] for _ in range(3)]  # all of them believe to be the same router
    await rigs[0].keep([an_alert_for()])

    async def to_the_end(rig: RoutingRig) -> None:
        while await rig.alerts():
            pass

    await asyncio.gather(*map(to_the_end, rigs))

    assert await pool.fetchval("select expected from notification where routed_at is not null") == 70
    assert await pool.fetchval("select count(*) from delivery") == 35


async def test_an_alert_in_the_hand_of_a_living_router_is_left_to_it(pool: asyncpg.Pool) -> None:
    store = NotificationsStore(pool)
    other = uuid4()
    await LeaseStore(pool, SOMEBODY).renew(30)
    await a_rig(pool)[0].keep([an_alert_for()])

    held = await store.next_alert(SOMEBODY)
    refused = await store.next_alert(other)
    await LeaseStore(pool, SOMEBODY).give_up()
    inherited = await store.next_alert(other)

    assert held is not None
    assert refused is None
    assert inherited is not None


async def test_an_urgent_alert_comes_before_an_older_survey(pool: asyncpg.Pool) -> None:
    rig, _ = a_rig(pool)
    await rig.keep([an_alert_for("survey")])
    await rig.keep([an_alert_for("storm", urgent=True)])

    found = await NotificationsStore(pool).next_alert(SOMEBODY)

    assert found is not None
    assert found.notification.event_id == "storm"


async def test_the_night_puts_an_sms_off_without_telling_anybody_yet(pool: asyncpg.Pool) -> None:
    await tell_people(pool, "sonia")
    await pool.execute("insert into contact values ('sonia', 'sms', 'c', '+33639980001', 'proved')")
    rig, _ = a_rig(pool, rules=ALL_EVENTS)
    rig.clock.at = NIGHT

    await rig.messages([a_message_to("sonia", urgent=False)])

    row = await pool.fetchrow("select state, reason, next_attempt_at, settled_at from delivery")
    assert tuple(row) == ("deferred", "quiet_hours", NIGHT + timedelta(hours=8), None)
    assert await facts_told(pool) == []


async def test_a_code_that_came_too_late_is_erased_with_its_silence(pool: asyncpg.Pool) -> None:
    rig, orders = a_rig(pool)

    await rig.codes([a_code_for("sonia", expires_at=NOON)])

    assert orders.published == []
    assert await pool.fetchval("select sealed from notification") is None
    assert await facts_told(pool) == [("sonia", "expired")]


async def test_a_code_on_its_way_stays_sealed(pool: asyncpg.Pool) -> None:
    rig, _ = a_rig(pool)

    await rig.codes([a_code_for("sonia")])

    assert await pool.fetchval("select sealed from notification") == "sealed"


async def test_the_partner_of_an_alert_is_the_one_of_now(pool: asyncpg.Pool) -> None:
    await tell(pool, the_academie())
    await a_rig(pool)[0].keep([an_alert_for()])
    store = NotificationsStore(pool)
    identity: UUID = await pool.fetchval("select id from notification")

    before = (await store.load([identity]))[identity]
    await tell(pool, the_academie(version=2, active=False, name="Autre nom"))
    after = (await store.load([identity]))[identity]

    assert before.partner is not None
    assert after.partner is not None
    assert (before.partner.active, before.content.sender_name) == (True, "Académie de Lyon")
    assert (after.partner.active, after.content.sender_name) == (False, "Autre nom")


async def test_a_person_may_be_told_why_by_any_name_of_the_event(pool: asyncpg.Pool) -> None:
    await tell_people(pool, "sonia")
    await a_rig(pool)[0].messages([a_message_to("sonia")])
    explain = ExplainDelivery(histories=HistoryStore(pool))

    told = await explain("m1", "sonia")

    assert not isinstance(told, Refused)
    assert [(s.channel, s.state, s.reason) for s in told[0].stories] == [
        ("sms", State.SUPPRESSED, "no_contact")
    ]
    assert await explain(str(a_key().notification_id), "sonia") == told
    assert await explain("nothing", "sonia") == Refused("unknown_event", "No event is known by that name.")
    assert await explain("m1", "nobody") == Refused("unknown_person", "Nobody is known by that name.")


async def test_what_went_in_is_counted_against_what_came_out(pool: asyncpg.Pool) -> None:
    await tell_people(pool, "sonia")
    await a_rig(pool)[0].messages([a_message_to("sonia")])

    tallies = await CountConservation(histories=HistoryStore(pool))("m1")

    assert not isinstance(tallies, Refused)
    assert [(t.expected, t.ended, t.under_way, t.routed) for t in tallies] == [(2, 1, 1, True)]
