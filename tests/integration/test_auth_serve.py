"""`carillon-auth serve` as a process on Apache Kafka: what an import changed reaches the topics."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from aiokafka import AIOKafkaConsumer

from carillon.infrastructure.ports import free_port
from shared.events.envelope import Event, from_record
from shared.kit.broker import KafkaConnection
from shared.kit.sealing import new_key
from tests.integration.auth_scene import pupil
from tests.integration.conftest import ServiceDatabase
from tests.integration.test_auth_commands import Operator
from tests.unit.auth.examples import csv_file
from tests.waiting import eventually

pytestmark = pytest.mark.kafka


class _Topic:
    """What a topic tells from now on."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def next_of(self, key: str) -> Event[object]:
        """The next event under a key."""
        async for record in self._consumer:
            if record.key == key.encode():
                event = from_record(record.key, record.value, record.headers)
                assert isinstance(event, Event), event
                return event
        raise AssertionError("the topic has ended")


@asynccontextmanager
async def _reading(connection: KafkaConnection, topic: str) -> AsyncIterator[_Topic]:
    consumer = AIOKafkaConsumer(topic, **connection.options(), auto_offset_reset="earliest")
    await consumer.start()
    try:
        yield _Topic(consumer)
    finally:
        await consumer.stop()


@asynccontextmanager
async def _serving(operator: Operator, **environment: str) -> AsyncIterator[str]:
    port = free_port()
    process = await operator.starts("serve", HTTP_PORT=str(port), CODE_KEYS=new_key(), **environment)
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient() as http:

            async def ready() -> bool:
                try:
                    return (await http.get(f"{url}/health/ready")).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually(ready, what="the service's readiness")
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        _, complained = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode in {0, -signal.SIGTERM}, complained.decode()  # uvicorn raises the signal again
    assert b"Traceback" not in complained, complained.decode()


async def test_an_import_reaches_kafka_and_a_moved_clock_suspends_the_absent(
    service_database: ServiceDatabase, kafka_connection: KafkaConnection, tmp_path: Path
) -> None:
    operator, clock = Operator(service_database("auth")), tmp_path / "clock"
    person = f"E-{uuid4().hex[:12]}"
    others = [pupil(f"{person}-{n:02}") for n in range(20)]
    kafka = {"KAFKA_BOOTSTRAP_SERVERS": kafka_connection.bootstrap_servers, "CARILLON_CLOCK_FILE": str(clock)}
    everybody = csv_file(tmp_path / "everybody.csv", pupil(person), *others)
    without = csv_file(tmp_path / "without.csv", *others)

    async with _reading(kafka_connection, "ent.accounts") as accounts, _serving(operator, **kafka):
        await operator.runs("import", str(everybody), "--complete", **kafka)
        created = await asyncio.wait_for(accounts.next_of(person), 30)
        await operator.runs("import", str(without), "--complete", **kafka)
        clock.write_text("+15d", encoding="utf-8")
        suspended = await asyncio.wait_for(accounts.next_of(person), 30)

    assert (created.data.version, created.data.state) == (1, "active")  # type: ignore[attr-defined]  # the topic says which data it is
    assert (suspended.data.version, suspended.data.state) == (2, "suspended")  # type: ignore[attr-defined]  # the topic says which data it is


async def test_seeded_partners_reach_kafka_and_get_tokens(
    service_database: ServiceDatabase, kafka_connection: KafkaConnection, tmp_path: Path
) -> None:
    partner = f"region-{uuid4().hex[:12]}"
    seeds = tmp_path / "partners.json"
    entry = {
        "client_id": partner,
        "client_secret": "demonstration",
        "partner_id": partner,
        "name": "Région",
        "body": "region",
        "scopes": ["alerts:write"],
    }
    seeds.write_text(json.dumps([entry]), encoding="utf-8")
    settings = {"KAFKA_BOOTSTRAP_SERVERS": kafka_connection.bootstrap_servers, "PARTNERS_FILE": str(seeds)}

    async with (
        _reading(kafka_connection, "ent.partners") as partners,
        _serving(Operator(service_database("auth")), **settings) as url,
        httpx.AsyncClient() as http,
    ):
        told = await asyncio.wait_for(partners.next_of(partner), 30)
        answer = await http.post(
            f"{url}/oauth/token", data={"grant_type": "client_credentials"}, auth=(partner, "demonstration")
        )

    assert told.data.active  # type: ignore[attr-defined]  # the topic says which data it is
    assert answer.status_code == 200


async def test_a_seed_file_that_cannot_be_used_stops_the_start_with_a_sentence(
    service_database: ServiceDatabase, tmp_path: Path
) -> None:
    seeds = tmp_path / "partners.json"
    seeds.write_text('[{"client_id": "x", "client_secret": "canary-secret"}]', encoding="utf-8")

    ended = await Operator(service_database("auth")).runs("serve", PARTNERS_FILE=str(seeds))

    assert ended.code == 1
    assert ended.complained.startswith("PARTNERS_FILE cannot be used:")
    assert "canary-secret" not in ended.complained


async def test_without_keys_the_service_does_not_start_and_names_the_variable(
    service_database: ServiceDatabase,
) -> None:
    ended = await Operator(service_database("auth")).runs("serve", CODE_KEYS="")

    assert (ended.code, ended.complained) == (
        1,
        "CODE_KEYS is missing: it expects Fernet keys separated by commas.\n",
    )


async def test_a_check_names_everything_that_would_keep_the_service_from_serving(
    service_database: ServiceDatabase, tmp_path: Path
) -> None:
    (tmp_path / "eleves.toml").write_text("id = ", encoding="utf-8")

    ended = await Operator(service_database("auth")).runs(
        "check", CODE_KEYS="", CHARTERS_DIRECTORY=str(tmp_path)
    )

    assert ended.code == 1
    sentences = [
        line for line in ended.complained.splitlines() if not line.startswith("{")
    ]  # the driver logs
    assert [sentence.split()[0] for sentence in sentences] == [
        "CHARTERS_DIRECTORY",
        "CODE_KEYS",
        "KAFKA_BOOTSTRAP_SERVERS:",
    ]
