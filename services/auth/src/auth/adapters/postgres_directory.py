"""The directory in PostgreSQL: an adapter of the port `Directory`.

Whoever writes accounts holds one advisory lock (a lost connection gives it back), so that two imports, an import and
the sweep of absent people, or a republication never interleave: versions and their order in the outbox need no lock
per person.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import asyncpg

from auth.adapters.account_publication import TO_REPUBLISH, publish, publish_changes
from auth.adapters.account_settling import settle_states
from auth.adapters.import_sql import TOUCHED
from auth.adapters.long_statements import STATEMENT_TIMEOUT_S
from auth.adapters.postgres_delivery import PostgresDeliveryStaging
from auth.adapters.postgres_staging import PostgresStaging
from auth.adapters.security_facts import SecurityFacts
from auth.application.delivery_ports import DeliveryStaging
from auth.application.ports import ListedAccount, Staging
from shared.kernel.refusals import Refused
from shared.kit.database import Connection

WRITER_LOCK = 0x6163_6374
LISTED_AT_ONCE = 500

BUSY = Refused("directory_busy", "another import, or the sweep of absent people, is at work")

ENDED = """
with written as (
    update attachment set ended_at = $1 where absent_since <= $2 and ended_at is null returning person_id
)
insert into touched select person_id from written
"""
WAITING = "select exists (select from attachment where absent_since <= $1 and ended_at is null)"
LISTED = """
select person_id, identifier, profile, last_name, first_name,
    case when fused_into is null then state else 'fused' end as state
from account order by person_id limit $1
"""


class PostgresDirectory:
    """Accounts of one database."""

    def __init__(self, pool: asyncpg.Pool, facts: SecurityFacts) -> None:
        self._pool = pool
        self._facts = facts

    @asynccontextmanager
    async def importing(self) -> AsyncIterator[Staging | Refused]:
        async with writing(self._pool) as connection:
            if isinstance(connection, Refused):
                yield connection
                return
            staging = PostgresStaging(connection, self._facts)
            await staging.prepare()
            yield staging

    @asynccontextmanager
    async def receiving(self) -> AsyncIterator[DeliveryStaging | Refused]:
        """The same for a delivery of the school directory."""
        async with writing(self._pool) as connection:
            if isinstance(connection, Refused):
                yield connection
                return
            staging = PostgresDeliveryStaging(connection, self._facts)
            await staging.prepare()
            yield staging

    async def suspend_absent(self, *, absent_before: datetime, now: datetime) -> int | Refused:
        if not await self._pool.fetchval(WAITING, absent_before):
            return 0
        async with writing(self._pool) as connection:
            if isinstance(connection, Refused):
                return connection
            async with connection.transaction():
                await connection.execute(TOUCHED)
                await connection.execute(ENDED, now, absent_before, timeout=STATEMENT_TIMEOUT_S)
                suspended = await settle_states(connection, self._facts, now)
                await publish_changes(connection, now)
                return suspended

    async def republish(self, now: datetime) -> int | Refused:
        async with writing(self._pool) as connection:
            if isinstance(connection, Refused):
                return connection
            async with connection.transaction():
                return await publish(connection, TO_REPUBLISH, now)

    async def listed(self, limit: int | None) -> AsyncIterator[ListedAccount]:
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            async for row in connection.cursor(LISTED, limit, prefetch=LISTED_AT_ONCE):
                yield ListedAccount(**row)


@asynccontextmanager
async def writing(pool: asyncpg.Pool) -> AsyncIterator[Connection | Refused]:
    """A connection that alone may write accounts, until the block ends; or BUSY."""
    async with pool.acquire() as connection:
        if not await connection.fetchval("select pg_try_advisory_lock($1)", WRITER_LOCK):
            yield BUSY
            return
        try:
            yield connection
        finally:
            with suppress(asyncpg.InterfaceError, asyncpg.PostgresConnectionError, OSError):
                await connection.execute("select pg_advisory_unlock($1)", WRITER_LOCK)
