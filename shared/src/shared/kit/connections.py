"""What a running service is connected to."""

from dataclasses import dataclass

import asyncpg

from shared.kernel.clock import Clock
from shared.kit.broker import KafkaConnection, Producer


@dataclass(frozen=True, slots=True)
class Runtime:
    """The connections of a running service, as its `bootstrap` needs them."""

    pool: asyncpg.Pool
    kafka: KafkaConnection
    producer: Producer
    clock: Clock
