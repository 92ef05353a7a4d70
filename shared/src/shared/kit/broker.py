"""The way to Kafka: connection settings, and a producer that waits for every acknowledgement."""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError, UnknownError

from shared.events.envelope import KafkaRecord
from shared.kit.logs import get_logger
from shared.kit.metadata import keep_aware
from shared.kit.settings import CommonSettings

REQUEST_BYTES_MAX = 2_000_000
PUBLISH_TIMEOUT_MS = 30_000
IN_FLIGHT_MAX = 5_000
"""Records handed to the client before waiting for some of them: what bounds the memory of a publish."""
LEAVE_WITHIN_S = 5.0
"""How long a client that is being left may still write: without a server it would try for ever."""

log = get_logger()


@dataclass(frozen=True, slots=True)
class KafkaConnection:
    """How to reach the cluster. `repr` shows no password."""

    bootstrap_servers: str
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str = "PLAIN"
    sasl_username: str = ""
    sasl_password: Any = None
    ssl_ca_file: str | None = None
    idempotence: bool = True
    idempotence_if_offered: bool = False
    """For a local try: go on without where the broker has no idempotent producers, as the embedded one."""
    session_timeout_ms: int = 30_000

    @classmethod
    def of(cls, settings: CommonSettings) -> "KafkaConnection":
        return cls(
            bootstrap_servers=settings.kafka_bootstrap_servers,
            security_protocol=settings.kafka_security_protocol,
            sasl_mechanism=settings.kafka_sasl_mechanism,
            sasl_username=settings.kafka_sasl_username,
            sasl_password=settings.kafka_sasl_password,
            ssl_ca_file=str(settings.kafka_ssl_ca_file) if settings.kafka_ssl_ca_file else None,
            idempotence=settings.kafka_idempotence,
            idempotence_if_offered=settings.local and "kafka_idempotence" not in settings.model_fields_set,
            session_timeout_ms=settings.kafka_session_timeout_ms,
        )

    def options(self) -> dict[str, Any]:
        """The arguments every aiokafka client takes."""
        options: dict[str, Any] = {
            "bootstrap_servers": [server.strip() for server in self.bootstrap_servers.split(",")],
            "security_protocol": self.security_protocol,
        }
        if self.security_protocol.endswith("SSL"):
            options["ssl_context"] = ssl.create_default_context(cafile=self.ssl_ca_file)
        if self.security_protocol.startswith("SASL"):
            options |= {
                "sasl_mechanism": self.sasl_mechanism,
                "sasl_plain_username": self.sasl_username,
                "sasl_plain_password": self.sasl_password.get_secret_value(),
            }
        return options


class Producer:
    """Publishes records and returns when the cluster has all of them: acks=all, keys by murmur2.

    Raises aiokafka.errors.KafkaError when one could not be written; some of the others may then have been
    written, so what is published again must be recognisable by its event id. A cluster that is away is waited
    for by the idempotent client, and for PUBLISH_TIMEOUT_MS by the other.
    """

    def __init__(self, connection: KafkaConnection, *, client: str) -> None:
        self._connection = connection
        self._client = client
        self._kafka: AIOKafkaProducer | None = None
        self._replacing = asyncio.Lock()
        self._retiring: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect. Raises aiokafka.errors.KafkaConnectionError when no server answers."""
        self._kafka = await self._connected()

    async def _connected(self) -> AIOKafkaProducer:
        try:
            return await self._started(idempotence=self._connection.idempotence)
        except UnknownError:
            if not self._connection.idempotence_if_offered:
                raise
            return await self._started(idempotence=False)

    async def _started(self, *, idempotence: bool) -> AIOKafkaProducer:
        kafka = AIOKafkaProducer(
            **self._connection.options(),
            client_id=self._client,
            acks="all",
            enable_idempotence=idempotence,
            linger_ms=0,
            max_batch_size=131_072,
            max_request_size=REQUEST_BYTES_MAX,
            request_timeout_ms=PUBLISH_TIMEOUT_MS,
        )
        try:
            await kafka.start()
        except BaseException:
            await kafka.stop()
            raise
        keep_aware(kafka.client)
        return kafka

    async def stop(self) -> None:
        """Send what is buffered and leave, within LEAVE_WITHIN_S."""
        if self._kafka is not None:
            kafka, self._kafka = self._kafka, None
            self._retire(kafka)
        if self._retiring:
            _, late = await asyncio.wait(self._retiring, timeout=LEAVE_WITHIN_S)
            for task in late:
                task.cancel()

    async def publish(self, records: Sequence[KafkaRecord]) -> None:
        """Write all records, in order for each key. An empty sequence is nothing to do."""
        kafka = self._kafka
        if kafka is None:
            raise RuntimeError("the producer has not been started")
        try:
            for start in range(0, len(records), IN_FLIGHT_MAX):
                await _written(kafka, records[start : start + IN_FLIGHT_MAX])
        except KafkaTimeoutError:
            raise
        except KafkaError as failure:
            await self._replace(kafka, failure)
            raise

    async def _replace(self, kafka: AIOKafkaProducer, failure: KafkaError) -> None:
        """A refused record leaves a hole in an idempotent client's numbering: it could never write there again."""
        async with self._replacing:
            if self._kafka is not kafka or not self._connection.idempotence:
                return
            log.warning("producer.replaced", client=self._client, failure=type(failure).__name__)
            with suppress(KafkaError):  # no server now: whoever tries next comes here again
                fresh = await self._connected()
                if self._kafka is kafka:
                    self._kafka = fresh
                    self._retire(kafka)
                else:  # stopped meanwhile
                    self._retire(fresh)

    def _retire(self, kafka: AIOKafkaProducer) -> None:
        """Let others' records that it still holds end, beside whatever comes next."""
        task = asyncio.create_task(kafka.stop())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)


async def _written(kafka: AIOKafkaProducer, records: Sequence[KafkaRecord]) -> None:
    acknowledged = [
        await kafka.send(
            record.topic,
            value=record.value,
            key=None if record.key is None else record.key.encode(errors="surrogateescape"),
            headers=list(record.headers),
        )
        for record in records
    ]
    await asyncio.gather(*acknowledged)
