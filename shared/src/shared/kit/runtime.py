"""What every service has while it runs: its database, its producer, its outbox relay, its consumers.

The HTTP port opens at once and liveness answers from then on; the connections are made in the background and
tried again for as long as it takes, so that an outage at the start is waited out like any other.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Protocol, TypeVar

import asyncpg

from shared.kit.broker import KafkaConnection, Producer
from shared.kit.connections import Runtime
from shared.kit.consumer import Consumer
from shared.kit.database import open_pool
from shared.kit.health import Health, consumer_check, database_check
from shared.kit.logs import get_logger
from shared.kit.outbox import OutboxRelay
from shared.kit.settings import CommonSettings
from shared.kit.tasks import background

RETRY_S = (0.2, 0.5, 1.0, 2.0)
"""Pauses between tries to connect; the last one repeats."""

T = TypeVar("T")
log = get_logger()


class Part(Protocol):
    """Something with a beginning and an end: a consumer, a worker."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


Build = Callable[[Runtime], Awaitable[Sequence[Part]]]
"""Makes a service's parts once it is connected; they are started together and stopped in reverse order."""


@asynccontextmanager
async def running(
    settings: CommonSettings,
    service: str,
    health: Health,
    build: Build,
    *,
    pool_size_max: int = 8,
    relay: bool = True,
) -> AsyncIterator[None]:
    """Be the lifespan of a service: connect in the background, run its parts, leave in order."""
    started = asyncio.Event()
    leaving = asyncio.Event()

    async def check() -> str | None:
        return None if started.is_set() else "is still connecting"

    health.add("start", check)

    async def live() -> None:
        async with AsyncExitStack() as stack:
            runtime = await _connected(settings, service, stack, pool_size_max)
            health.add("database", database_check(runtime.pool, service))
            await persistently("migrations", _migrated(runtime.pool, service))
            parts = list(await build(runtime))
            if relay:
                await stack.enter_async_context(background(OutboxRelay(runtime.pool, runtime.producer).run()))
            for part in parts:
                stack.push_async_callback(part.stop)
            await asyncio.gather(*(persistently(type(part).__name__, part.start) for part in parts))
            for part in parts:
                if isinstance(part, Consumer):
                    health.add(f"consumer {part.group}", consumer_check(part))
            started.set()
            log.info("service.started")
            await leaving.wait()
            health.leaving = True

    async with background(live()) as tasks:
        try:
            yield
        finally:
            leaving.set()
            if started.is_set():
                await tasks[0]
            log.info("service.ended")


async def _connected(
    settings: CommonSettings, service: str, stack: AsyncExitStack, pool_size_max: int
) -> Runtime:
    dsn = settings.database_url.get_secret_value()
    kafka = KafkaConnection.of(settings)
    producer = Producer(kafka, client=service)
    pool = await persistently("database", lambda: open_pool(dsn, service=service, size_max=pool_size_max))
    stack.push_async_callback(_closed, pool)
    await persistently("kafka", producer.start)
    stack.push_async_callback(producer.stop)
    return Runtime(pool=pool, kafka=kafka, producer=producer, clock=settings.clock())


async def _closed(pool: Any) -> None:
    try:
        await asyncio.wait_for(pool.close(), 5)
    except TimeoutError:
        pool.terminate()


async def persistently(
    what: str, attempt: Callable[[], Awaitable[T]], *, pauses_s: Sequence[float] = RETRY_S
) -> T:
    """Try until it works; each failure is logged by its kind."""
    tries = 0
    while True:
        try:
            return await attempt()
        except asyncio.CancelledError:
            raise
        except Exception as failure:  # noqa: BLE001 - whatever is away may come back
            pause_s = pauses_s[min(tries, len(pauses_s) - 1)]
            log.warning("start.waiting", what=what, failure=type(failure).__name__, retry_in_s=pause_s)
            await asyncio.sleep(pause_s)
            tries += 1


def _migrated(pool: asyncpg.Pool, service: str) -> Callable[[], Awaitable[None]]:
    check = database_check(pool, service)

    async def attempt() -> None:
        fault = await check()
        if fault:
            raise NotMigrated(fault)

    return attempt


class NotMigrated(Exception):
    """The database does not hold the tables this code expects yet."""
