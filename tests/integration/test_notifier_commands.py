"""`carillon-notifier` as an operator types it."""

from typing import Any

import asyncpg
import pytest

from carillon.infrastructure.ports import free_port
from notifier.adapters.facts_store import KnownFacts
from notifier.adapters.notifications_store import NotificationsStore
from shared.kit.broker import KafkaConnection
from shared.kit.database import open_pool
from shared.kit.sealing import new_key
from tests.fakes.orders import FakeOrders
from tests.integration.conftest import ServiceDatabase
from tests.integration.notifier_facts import preferences_of, tell, tell_people
from tests.integration.service_process import ServiceProcess
from tests.unit.notifier.routing_rig import RoutingRig, a_message_to

MORE = {
    "MAIL_FROM": "ENT <ne-pas-repondre@ent.example.org>",
    "SMTP_RELAYS": "smtp://127.0.0.1:2525",
    "SMS_GATEWAYS": "twilio+http://AC1:s3cret@127.0.0.1:8427?from=CARILLON",
    "CODE_KEYS": new_key(),
    "AUTH_URL": "http://127.0.0.1:9",
    "INTROSPECTION_CLIENT_ID": "notifier",
    "INTROSPECTION_CLIENT_SECRET": "introspection-secret",
}


@pytest.fixture
def dsn(service_database: ServiceDatabase) -> str:
    return service_database("notifier")


@pytest.fixture
async def pool(dsn: str) -> Any:
    pool = await open_pool(dsn, service="notifier", size_max=4)
    yield pool
    pool.terminate()


@pytest.fixture
def commands(dsn: str) -> ServiceProcess:
    return ServiceProcess("notifier", dsn, KafkaConnection("127.0.0.1:9"), 0, MORE)


async def _a_message_was_routed(pool: asyncpg.Pool) -> None:
    await tell_people(pool, "sonia")
    await tell(pool, preferences_of("léo", choices=()))
    rig = RoutingRig(NotificationsStore(pool), KnownFacts(pool), FakeOrders())
    await rig.messages([a_message_to("sonia", "léo")])


async def test_explain_says_why_in_french(commands: ServiceProcess, pool: asyncpg.Pool) -> None:
    await _a_message_was_routed(pool)

    ran = await commands.run("explain", "m1", "sonia")

    assert (ran.code, ran.err) == (0, "")
    assert "SMS: non envoyé [suppressed]" in ran.out
    assert "Aucune coordonnée n'est choisie pour ce mode d'envoi. [no_contact]" in ran.out


@pytest.mark.parametrize(
    ("event", "person", "sentence"),
    [
        ("nothing", "sonia", "No event is known by that name."),
        ("m1", "nobody", "Nobody is known by that name."),
    ],
)
async def test_explain_refuses_the_unknown_with_a_sentence(
    commands: ServiceProcess, pool: asyncpg.Pool, event: str, person: str, sentence: str
) -> None:
    await _a_message_was_routed(pool)

    ran = await commands.run("explain", event, person)

    assert (ran.code, ran.err.strip()) == (1, sentence)


async def test_conservation_counts_in_out_and_under_way(commands: ServiceProcess, pool: asyncpg.Pool) -> None:
    await _a_message_was_routed(pool)

    ran = await commands.run("conservation", "--event", "m1")

    assert ran.code == 0
    assert ran.out.splitlines()[1:] == ["in: 4", "out: 3", "  suppressed: 3", "under way: 1"]


async def test_conservation_ends_with_1_when_it_does_not_add_up(
    commands: ServiceProcess, pool: asyncpg.Pool
) -> None:
    await _a_message_was_routed(pool)
    await pool.execute("update notification set expected = 2")

    ran = await commands.run("conservation")

    assert ran.code == 1
    assert "m1: 3 deliveries are written, 2 were expected." in ran.err


async def test_a_wrong_role_is_wrong_usage(commands: ServiceProcess) -> None:
    ran = await commands.run("serve", "--roles", "webb")

    assert ran.code == 2
    assert "sweeper" in ran.err


async def test_a_missing_setting_stops_the_start_with_its_name(commands: ServiceProcess) -> None:
    ran = await commands.run("serve", MAIL_FROM="nobody", SMTP_RELAYS="")

    assert ran.code == 1
    assert "MAIL_FROM" in ran.err
    assert "s3cret" not in ran.err


@pytest.mark.kafka
async def test_it_serves_answers_and_leaves_when_told(dsn: str, kafka_connection: KafkaConnection) -> None:
    service = ServiceProcess("notifier", dsn, kafka_connection, free_port(), MORE)

    async with service.serving() as client:
        intake = await client.get("/api/partner/v1/alerts/a1")
        later = await client.get("/hooks/twilio/status")
        measures = await client.get("/metrics")

    assert (intake.status_code, later.status_code) == (401, 501)
    assert "notifier_in_flight" in measures.text
