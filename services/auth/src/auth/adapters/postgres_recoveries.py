"""The flows of browsers that recover a password, in PostgreSQL: an adapter of the port `Recoveries`."""

from datetime import datetime
from typing import Any

import asyncpg

from auth.application.recovery_ports import CodeTried, ProvedRecovery
from auth.domain.first_connection import Step
from auth.domain.recovery import PROVED_LIFE
from auth.domain.recovery_codes import CODE_TRIES_MAX

PERSON_OF = """
select person_id from recovery
where flow_digest = $1 and expires_at > $2 and proved_at is null
"""

TRIED = """
with flow as (
    select person_id from recovery
    where flow_digest = $1 and expires_at > $3 and proved_at is null
    for update
),
tried as (
    update one_time_code as c set
        tries = c.tries + 1,
        ended_at = case when c.digest = $2 or c.tries + 1 >= $4 then $3::timestamptz end
    from flow
    where c.person_id = flow.person_id and c.purpose = 'recovery' and c.ended_at is null
        and c.expires_at > $3 and c.tries < $4
    returning c.person_id, c.code_id, c.digest = $2 as "right", c.tries
),
proved as (
    update recovery set flow_digest = $5, proved_at = $3, expires_at = $6
    where flow_digest = $1 and exists (select from tried where "right")
)
select * from tried
"""
"""One statement counts and compares under the lock of the code's row: of two hundred right codes at once, the first
ends the code, and the others find none. The flow is locked before the code, as everywhere; and since that is written
too, a try costs nearly the same when there is no account and no code."""

PROVED = """
select r.person_id, c.step from recovery as r join credential as c using (person_id)
where r.flow_digest = $1 and r.proved_at is not null and r.expires_at > $2
"""


class PostgresRecoveries:
    """Flows by the digests of their tokens."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def person_of(self, flow: bytes, now: datetime) -> str | None:
        found: str | None = await self._pool.fetchval(PERSON_OF, flow, now)
        return found

    async def try_code(self, flow: bytes, digest: bytes, *, proved: bytes, now: datetime) -> CodeTried | None:
        row: Any = await self._pool.fetchrow(
            TRIED, flow, digest, now, CODE_TRIES_MAX, proved, now + PROVED_LIFE
        )
        return CodeTried(**row) if row else None

    async def proved(self, flow: bytes, now: datetime) -> ProvedRecovery | None:
        return _proved(await self._pool.fetchrow(PROVED, flow, now))


def _proved(row: Any) -> ProvedRecovery | None:
    return ProvedRecovery(person_id=row["person_id"], step=Step(row["step"])) if row else None
