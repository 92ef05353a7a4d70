"""Publishing one event, with acknowledgement by the cluster."""

import logging
import os
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr, ValidationError

from carillon.sending.target import Target
from carillon.stack.options import StackRefused, WrongUsage
from shared.events.base import EventData
from shared.events.envelope import to_record
from shared.kernel.clock import FileClock, SystemClock
from shared.kernel.ids import uuid7

SOURCE = "urn:carillon:send"

D = TypeVar("D", bound=EventData)


def now_at(target: Target) -> datetime:
    """The present as the services of the target see it: its clock may have been moved."""
    moved = os.environ.get("CARILLON_CLOCK_FILE") or (target.stack.clock_file if target.stack else None)
    return (FileClock(Path(moved)) if moved else SystemClock()).now()


def made(kind: type[D], **values: Any) -> D:
    """Build an event strictly. Raises WrongUsage with a sentence for each value that is not acceptable."""
    try:
        return kind(**values)
    except ValidationError as refusal:
        faults = refusal.errors(include_url=False, include_context=False, include_input=False)
        raise WrongUsage(
            "\n".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}." for fault in faults)
        ) from None


async def publish(target: Target, data: EventData, *, times: int = 1) -> str:
    """Publish it, the same event `times` times; returns its id. Raises StackRefused when the cluster refuses."""
    from aiokafka.errors import KafkaError

    from shared.kit.broker import Producer

    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    event_id = str(uuid7())
    record = to_record(data, event_id=event_id, source=SOURCE, time=now_at(target))
    producer = Producer(_connection(target), client="carillon-send")
    try:
        await producer.start()
        await producer.publish([record] * times)
    except KafkaError as failure:
        raise StackRefused(f"Kafka at {target.kafka} did not take it ({type(failure).__name__}).") from None
    finally:
        await producer.stop()
    return event_id


def _connection(target: Target) -> Any:
    """The environment's KAFKA_* settings apply to a cluster that is not the local stack's."""
    from shared.kit.broker import KafkaConnection

    if target.stack is not None:
        return KafkaConnection(bootstrap_servers=target.kafka, idempotence=target.idempotence)
    environment = os.environ.get
    return KafkaConnection(
        bootstrap_servers=target.kafka,
        security_protocol=environment("KAFKA_SECURITY_PROTOCOL", "PLAINTEXT"),
        sasl_mechanism=environment("KAFKA_SASL_MECHANISM", "SCRAM-SHA-512"),
        sasl_username=environment("KAFKA_SASL_USERNAME", ""),
        sasl_password=SecretStr(environment("KAFKA_SASL_PASSWORD", "")),
        ssl_ca_file=environment("KAFKA_SSL_CA_FILE"),
        idempotence=target.idempotence,
        idempotence_if_offered="KAFKA_IDEMPOTENCE" not in os.environ,
    )
