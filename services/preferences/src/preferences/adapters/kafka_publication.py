"""How a command sees to it that its news has left: the running service publishes it, or else the command does."""

import asyncio
from dataclasses import dataclass

import asyncpg
from aiokafka.errors import KafkaError

from shared.kit.broker import KafkaConnection, Producer
from shared.kit.logs import get_logger
from shared.kit.outbox import last_waiting, relay_once, wait_published

SERVICE_ANSWERS_WITHIN_S = 1.0

log = get_logger()


@dataclass(frozen=True, slots=True)
class KafkaPublication:
    """Watches the outbox, and empties it when nobody else does."""

    pool: asyncpg.Pool
    connection: KafkaConnection

    async def has_left(self, publication: int | None, within_s: float) -> bool:
        """Whether the news was published within the time, by the running service or by this command.

        Without news of one's own, whatever an earlier command may have left waiting counts.
        """
        deadline = asyncio.get_running_loop().time() + within_s
        if publication is None:
            publication = await last_waiting(self.pool)
        if await wait_published(self.pool, publication, min(within_s, SERVICE_ANSWERS_WITHIN_S)):
            return True
        try:
            async with asyncio.timeout_at(deadline):
                await self._publish()
        except (KafkaError, OSError) as failure:  # a TimeoutError is an OSError
            log.info("publication.left_to_the_service", failure=type(failure).__name__)
        return await wait_published(
            self.pool, publication, max(0.0, deadline - asyncio.get_running_loop().time())
        )

    async def _publish(self) -> None:
        producer = Producer(self.connection, client="preferences-command")
        await producer.start()
        try:
            await relay_once(self.pool, producer)
        finally:
            await producer.stop()
