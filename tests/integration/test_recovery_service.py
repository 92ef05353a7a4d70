"""`carillon-auth serve` on Apache Kafka: from a proved contact on one topic to a sealed code on another."""

import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaConsumer

from carillon.infrastructure import Process
from carillon.infrastructure.ports import free_port
from shared.events.codes import CodeIssued
from shared.events.envelope import Event, from_record
from shared.kernel.clock import SystemClock
from shared.kit.broker import KafkaConnection, Producer
from shared.kit.database import open_pool
from shared.kit.sealing import Sealer, new_key
from tests.browser import Browser
from tests.integration.conftest import ServiceDatabase
from tests.integration.recovery_scene import ACCOUNT, CHOSEN, CREDENTIAL, NOON
from tests.integration.test_recovery_contacts import contact, told
from tests.waiting import eventually

pytestmark = pytest.mark.kafka

KEY = new_key()
HERE, CODE = "/mot-de-passe-oublie", "/mot-de-passe-oublie/code"
READY_WITHIN_S = 60


@contextmanager
def serving(dsn: str, kafka: KafkaConnection, log: Path) -> Iterator[str]:
    """The service as a process; everything it says is in `log`."""
    port = free_port()
    process = Process(
        name="auth",
        command=[str(Path(sys.executable).with_name("carillon-auth")), "serve"],
        log=log,
        environment={
            "PATH": os.environ["PATH"],
            "CARILLON_ENV": "local",
            "DATABASE_URL": dsn,
            "KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
            "CODE_KEYS": KEY,
            "HTTP_PORT": str(port),
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "debug",
        },
    )
    process.start()
    try:
        url = f"http://127.0.0.1:{port}"
        process.wait_until(lambda: _is_ready(url), within_s=READY_WITHIN_S)
        yield url
    finally:
        process.stop(within_s=30)


@asynccontextmanager
async def reading_codes(kafka: KafkaConnection) -> AsyncIterator[Callable[[str], Any]]:
    """`await next_of(person)` is the next event of a person on `ent.codes`."""
    consumer = AIOKafkaConsumer(CodeIssued.topic, **kafka.options(), auto_offset_reset="earliest")
    await consumer.start()

    async def next_of(person: str) -> Event[CodeIssued]:
        async for record in consumer:
            if record.key == person.encode():
                event = from_record(record.key, record.value, record.headers)
                assert isinstance(event, Event), event
                return event
        raise AssertionError("the topic has ended")

    try:
        yield next_of
    finally:
        await consumer.stop()


@pytest.fixture
def dsn(service_database: ServiceDatabase) -> str:
    return service_database("auth")


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[asyncpg.Pool]:
    opened = await open_pool(dsn, service="tests")
    yield opened
    opened.terminate()


async def somebody(pool: asyncpg.Pool) -> str:
    person = f"canari-{uuid4().hex[:10]}"
    await pool.execute(ACCOUNT, person, person, "active", None, NOON)
    await pool.execute(CREDENTIAL, person, "active", "x", "chosen", None)
    return person


@pytest.mark.requirement("R54")
async def test_a_proved_contact_gets_a_sealed_code_and_nothing_of_it_is_logged(
    pool: asyncpg.Pool, dsn: str, kafka_connection: KafkaConnection, producer: Producer, tmp_path: Path
) -> None:
    person, log = await somebody(pool), tmp_path / "auth.log"
    address = f"adresse-{person}@example.org"
    await producer.publish([told(person, 1, contact(address))])

    with serving(dsn, kafka_connection, log) as url:
        await eventually(lambda: _has_contact(pool, person), what="the proved contact")
        async with Browser(url) as browser, reading_codes(kafka_connection) as next_of:
            await browser.get(HERE)
            await browser.submit({"Identifiant": person})
            event = await next_of(person)
            secret = Sealer(KEY).unseal(event.data.sealed)
            await browser.submit({"Code reçu": secret.code}, action=CODE)
            end = await browser.submit({"Mot de passe (*)": CHOSEN, "Confirmation (*)": CHOSEN})
            flows = list(browser.cookies.values())

    said = log.read_text(encoding="utf-8")
    assert (secret.destination, event.data.channel, event.data.purpose) == (address, "email", "recovery")
    assert event.id == event.data.code_id
    assert "fait=password_recovered" in end.path
    assert "authn_password_change" in said
    assert [canary for canary in (address, f'"{secret.code}"', CHOSEN, *flows, KEY) if canary in said] == []
    assert [
        line for line in said.splitlines() if secret.code in line and _outside_ids(line, secret.code)
    ] == []


@pytest.mark.requirement("R54")
async def test_a_request_left_by_a_crash_gets_its_code_once_when_the_service_is_back(
    pool: asyncpg.Pool, dsn: str, kafka_connection: KafkaConnection, producer: Producer, tmp_path: Path
) -> None:
    person = await somebody(pool)
    await pool.execute(
        "insert into proved_contact values ($1, 'a', 'email', 'retour@example.org', true)", person
    )
    await pool.execute(
        "insert into recovery (flow_digest, identifier_key, person_id, channel, asked_at, expires_at)"
        " values ('\\x01', '\\x02', $1, 'email', $2::timestamptz, $2::timestamptz + interval '1 hour')",
        person,
        SystemClock().now(),
    )

    async with reading_codes(kafka_connection) as next_of:
        with serving(dsn, kafka_connection, tmp_path / "auth.log"):
            event = await next_of(person)
        with serving(dsn, kafka_connection, tmp_path / "again.log"):
            await eventually(lambda: _handled(pool), what="the request")

    assert Sealer(KEY).unseal(event.data.sealed).destination == "retour@example.org"
    assert await pool.fetchval("select count(*) from one_time_code") == 1


async def _has_contact(pool: asyncpg.Pool, person: str) -> bool:
    return bool(await pool.fetchval("select true from proved_contact where person_id = $1", person))


async def _handled(pool: asyncpg.Pool) -> bool:
    return not await pool.fetchval("select count(*) from recovery where handled_at is null")


def _outside_ids(line: str, code: str) -> bool:
    """Whether six digits stand in a line elsewhere than inside an instant or an identifier, where they may by chance."""
    entry = json.loads(line)
    return any(code in str(value) for name, value in entry.items() if name not in {"timestamp", "code_id"})


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
