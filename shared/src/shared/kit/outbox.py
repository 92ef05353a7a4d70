"""The outbox: facts written in the transaction that makes them true, published by a relay, then deleted.

Nothing is skipped (rows are deleted, not passed by a cursor) and order per key holds as long as a writer locks
its aggregate's row first and adds to the outbox last. A relay that dies between publishing and deleting
publishes again: the event id in the record makes that harmless.

What somebody is waiting for (`EventData.passes_first`) leaves before the rest, however long that has been waiting:
it waits for the pass in hand at most, and a pass is short. Whole topics pass first, so the order within a key holds.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import asyncpg

from shared.events.catalogue import TOPICS_FIRST
from shared.events.envelope import KafkaRecord
from shared.kit.broker import Producer
from shared.kit.database import Connection
from shared.kit.logs import get_logger

CHANNEL = "outbox"
ROWS_A_PASS_MAX = 20
RECORDS_A_ROW_MAX = 250
"""With the rows of a pass, what an urgent row may have to wait for: 5,000 records, some 0.2 s of a free machine."""
POLL_S = 0.25
BACK_OFF_S_MAX = 5.0
_LOCK = 0x6F75_7462  # one relay a database

_ADDED = "insert into outbox (records, urgent) values ($1, $2) returning id"
_NEXT = "select id, records from outbox where urgent = $1 order by id limit $2"
_LAST = "select id from outbox order by urgent, id desc limit 1"

log = get_logger()


async def add_to_outbox(connection: Connection, records: Sequence[KafkaRecord]) -> int | None:
    """Add records inside the caller's transaction, in order; returns the id of the last row, or none for no records.

    Raises ValueError for records of which some pass first and others do not: they are not published in one order.
    """
    if not records:
        return None
    urgent = _pass_first(records)
    row_id = None
    for start in range(0, len(records), RECORDS_A_ROW_MAX):
        packed = [_packed(record) for record in records[start : start + RECORDS_A_ROW_MAX]]
        row_id = await connection.fetchval(_ADDED, packed, urgent)
    await connection.execute(f"notify {CHANNEL}")
    return row_id


def _pass_first(records: Sequence[KafkaRecord]) -> bool:
    kinds = {record.topic in TOPICS_FIRST for record in records}
    if len(kinds) > 1:
        raise ValueError("records that pass first and others, in one call")
    return kinds.pop()


async def last_waiting(pool: asyncpg.Pool) -> int | None:
    """The row that will be published last of those that wait now; none when nothing waits."""
    row_id: int | None = await pool.fetchval(_LAST)
    return row_id


async def wait_published(pool: asyncpg.Pool, row_id: int | None, within_s: float) -> bool:
    """Wait until the relay has published a row; false when it has not within the time."""
    deadline = asyncio.get_running_loop().time() + within_s
    while row_id is not None and await pool.fetchval("select true from outbox where id = $1", row_id):
        if asyncio.get_running_loop().time() >= deadline:
            return False
        await asyncio.sleep(0.02)
    return True


class OutboxRelay:
    """Publishes a database's outbox, urgent rows first. Any number may run; one at a time holds the lock and works."""

    def __init__(self, pool: asyncpg.Pool, producer: Producer) -> None:
        self._pool = pool
        self._producer = producer
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Relay for ever; an outage of Kafka or of the database is waited out. Ends by cancellation."""
        back_off_s = POLL_S
        while True:
            try:
                async with self._pool.acquire() as connection:
                    await self._relay_while_connected(connection)
            except asyncio.CancelledError:
                raise
            except Exception as failure:  # noqa: BLE001 - whatever it is, the facts are still in the table
                log.warning("outbox.stalled", failure=type(failure).__name__, retry_in_s=back_off_s)
                await asyncio.sleep(back_off_s)
                back_off_s = min(back_off_s * 2, BACK_OFF_S_MAX)
            else:
                back_off_s = POLL_S

    async def _relay_while_connected(self, connection: Any) -> None:
        await connection.add_listener(CHANNEL, self._wake)
        try:
            while True:
                if await connection.fetchval("select pg_try_advisory_lock($1)", _LOCK):
                    while await self._pass_on(connection):
                        pass
                    await connection.execute("select pg_advisory_unlock($1)", _LOCK)
                self._woken.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):  # wait_for may swallow a cancellation
                        await self._woken.wait()
        finally:
            if not connection.is_closed():
                with suppress(Exception):
                    await connection.reset()

    async def _pass_on(self, connection: Any) -> bool:
        """One pass of urgent rows, or else of others; whether there were any.

        Never of both: urgent rows leave the table even while something else cannot be published.
        """
        return await self._pass_on_kind(connection, urgent=True) or await self._pass_on_kind(
            connection, urgent=False
        )

    async def _pass_on_kind(self, connection: Any, *, urgent: bool) -> bool:
        rows = await connection.fetch(_NEXT, urgent, ROWS_A_PASS_MAX)
        if not rows:
            return False
        await self._producer.publish([_unpacked(packed) for row in rows for packed in row["records"]])
        await connection.execute(
            "delete from outbox where id = any($1::bigint[])", [row["id"] for row in rows]
        )
        return True

    def _wake(self, *_: Any) -> None:
        self._woken.set()


async def relay_once(pool: asyncpg.Pool, producer: Producer) -> None:
    """Publish what the outbox holds, once, unless another relay is at it: for commands without a service."""
    relay = OutboxRelay(pool, producer)
    async with pool.acquire() as connection:
        if not await connection.fetchval("select pg_try_advisory_lock($1)", _LOCK):
            return
        try:
            while await relay._pass_on(connection):  # noqa: SLF001 - the relay's own module
                pass
        finally:
            await connection.execute("select pg_advisory_unlock($1)", _LOCK)


def _packed(record: KafkaRecord) -> list[Any]:
    value = None if record.value is None else record.value.decode()
    return [record.topic, record.key, value, [[name, raw.decode()] for name, raw in record.headers]]


def _unpacked(packed: list[Any]) -> KafkaRecord:
    topic, key, value, headers = packed
    return KafkaRecord(
        topic=topic,
        key=key,
        value=None if value is None else value.encode(),
        headers=tuple((name, text.encode()) for name, text in headers),
    )
