"""Notices that wait for a key, in PostgreSQL: an adapter of the port `WaitingNotices`."""

import asyncpg

from auth.adapters.security_facts import SecurityFacts
from shared.kit.outbox import add_to_outbox

TAKEN = """
delete from notice_waiting where id in (
    select id from notice_waiting order by id limit $1 for update skip locked
)
returning people, fact, happened_at
"""
AT_ONCE = 200


class PostgresWaitingNotices:
    """What operators' commands left; two services never tell the same one."""

    def __init__(self, pool: asyncpg.Pool, facts: SecurityFacts) -> None:
        self._pool = pool
        self._facts = facts

    async def tell(self) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            waiting = await connection.fetch(TAKEN, AT_ONCE)
            for each in waiting:
                notices = await self._facts.noticed_to_all(
                    connection, each["people"], each["fact"], now=each["happened_at"]
                )
                await add_to_outbox(connection, notices)
            return len(waiting)
