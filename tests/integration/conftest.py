"""A real PostgreSQL and a real Apache Kafka for the whole session; a fresh, migrated database for each test."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from carillon.infrastructure import ApacheKafka, EmbeddedPostgres
from shared.kit.broker import KafkaConnection, Producer
from shared.kit.database import open_pool
from shared.kit.migrations import migrate_now
from shared.kit.topics import ensure_topics

TOPICS_FILE = Path(__file__).parents[2] / "deploy" / "topics.yaml"

ServiceDatabase = Callable[[str], str]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), buffers_mib=64, durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def template_of(postgres: EmbeddedPostgres) -> Callable[[str], str]:
    """The DSN of a service's migrated template, made once: what it holds is copied, never used."""
    made: dict[str, str] = {}

    def template(service: str) -> str:
        if service not in made:
            dsn = postgres.create_service_databases((service,))[service]
            with ThreadPoolExecutor(1) as beside:  # a test's own loop may be running
                beside.submit(migrate_now, dsn, service).result()
            made[service] = dsn
        return made[service]

    return template


@pytest.fixture
def service_database(
    postgres: EmbeddedPostgres, template_of: Callable[[str], str]
) -> Iterator[ServiceDatabase]:
    """`service_database("preferences")` is the DSN of a fresh database with every migration applied."""
    made: list[str] = []

    def fresh(service: str) -> str:
        dsn = template_of(service)
        name = f"{service}_{uuid4().hex[:12]}"
        postgres.run_sql(f"create database {name} owner {service} template {service} strategy file_copy;")
        made.append(name)
        return f"{dsn.rpartition('/')[0]}/{name}"

    yield fresh
    for name in made:
        postgres.run_sql(f"drop database {name} with (force);")


@pytest.fixture
async def service_pool(service_database: ServiceDatabase) -> AsyncIterator[Callable[..., asyncpg.Pool]]:
    """`await service_pool("preferences")` is a pool on a fresh database of that service."""
    opened: list[asyncpg.Pool] = []

    async def pool(service: str, *, size_max: int = 8) -> asyncpg.Pool:
        opened.append(await open_pool(service_database(service), service=service, size_max=size_max))
        return opened[-1]

    yield pool
    for one in opened:
        one.terminate()


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    """Apache Kafka with the topics of deploy/topics.yaml. Tests share it: each uses people of its own."""
    missing = ApacheKafka.why_not()
    if missing:
        pytest.skip(missing)
    with ApacheKafka(tmp_path_factory.mktemp("kafka")) as broker:
        asyncio.run(ensure_topics(_connection(broker), TOPICS_FILE))
        yield broker


@pytest.fixture
def kafka_connection(kafka: ApacheKafka) -> KafkaConnection:
    return _connection(kafka)


@pytest.fixture
async def producer(kafka_connection: KafkaConnection) -> AsyncIterator[Producer]:
    """A producer as any other team would have one."""
    one = Producer(kafka_connection, client="tests")
    await one.start()
    yield one
    await one.stop()


def _connection(broker: ApacheKafka) -> KafkaConnection:
    return KafkaConnection(broker.bootstrap_servers, idempotence=broker.idempotence)
