"""The way to Kafka: connection settings, and a producer that waits for every acknowledgement."""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer

from shared.events.envelope import KafkaRecord
from shared.kit.settings import CommonSettings

REQUEST_BYTES_MAX = 2_000_000
PUBLISH_TIMEOUT_MS = 30_000
IN_FLIGHT_MAX = 5_000
"""Records handed to the client before waiting for some of them: what bounds the memory of a publish."""


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

    Raises aiokafka.errors.KafkaError when one could not be written in PUBLISH_TIMEOUT_MS; some of the others
    may then have been written, so what is published again must be recognisable by its event id.
    """

    def __init__(self, connection: KafkaConnection, *, client: str) -> None:
        self._connection = connection
        self._client = client
        self._kafka: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connect. Raises aiokafka.errors.KafkaConnectionError when no server answers."""
        kafka = AIOKafkaProducer(
            **self._connection.options(),
            client_id=self._client,
            acks="all",
            enable_idempotence=self._connection.idempotence,
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
        self._kafka = kafka

    async def stop(self) -> None:
        """Send what is buffered and leave."""
        if self._kafka is not None:
            kafka, self._kafka = self._kafka, None
            await kafka.stop()

    async def publish(self, records: Sequence[KafkaRecord]) -> None:
        """Write all records, in order for each key. An empty sequence is nothing to do."""
        if self._kafka is None:
            raise RuntimeError("the producer has not been started")
        for start in range(0, len(records), IN_FLIGHT_MAX):
            acknowledged = [
                await self._kafka.send(
                    record.topic,
                    value=record.value,
                    key=None if record.key is None else record.key.encode(errors="surrogateescape"),
                    headers=list(record.headers),
                )
                for record in records[start : start + IN_FLIGHT_MAX]
            ]
            await asyncio.gather(*acknowledged)
