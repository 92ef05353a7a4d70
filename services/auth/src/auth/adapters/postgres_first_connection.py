"""Steps and acceptances in PostgreSQL: an adapter of the port `FirstConnections`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg

from auth.application.first_connection_ports import Progress
from auth.domain.charters import Charter
from auth.domain.first_connection import Step, after_contacts, moved

BATCH = 5_000
"""People brought back in one statement: short locks, and nothing to lose when it is cut."""

PROGRESS = """
select c.step, c.password_kind is not distinct from 'chosen' as chosen,
    c.finished_at is not null or c.step = 'active' as finished,
    array(select a.charter_id from charter_acceptance as a where a.person_id = $1 order by a.charter_id, a.version)
        as charters,
    array(select a.version from charter_acceptance as a where a.person_id = $1 order by a.charter_id, a.version)
        as versions
from credential as c where c.person_id = $1
"""

MOVED = """
update credential set step = $3
where person_id = $1 and step = $2 and (password_kind is not distinct from 'chosen') = $4
returning true
"""
"""From where it was read only, and with the password that was counted on."""

ACCEPTED = """
insert into charter_acceptance (person_id, charter_id, version, accepted_at)
select $1, charter_id, version, $4 from unnest($2::text[], $3::text[]) as asked (charter_id, version)
on conflict do nothing
"""

FINISHED = """
update credential set step = $3, finished_at = coalesce(finished_at, $4)
where person_id = $1 and step = $2 returning true
"""

ASKED_AGAIN = """
with late as (
    select c.person_id from credential as c join account as p using (person_id)
    where c.step in ('password', 'contacts', 'active') and exists (
        select from unnest($1::text[], $2::text[], $3::text[]) as demand (profile, charter_id, version)
        where demand.profile = p.profile and not exists (
            select from charter_acceptance as a
            where a.person_id = c.person_id and a.charter_id = demand.charter_id and a.version = demand.version
        )
    )
    limit $5 for update of c skip locked
)
update credential as c
set step = 'charter', finished_at = case when c.step = 'active' then coalesce(c.finished_at, $4) else c.finished_at end
from late where late.person_id = c.person_id and c.step in ('password', 'contacts', 'active')
"""
"""Whoever was active once keeps the mark, so that the charter leads straight back to where he was."""


class PostgresFirstConnections:
    """How far everybody has come."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def progress(self, person_id: str) -> Progress | None:
        row: Any = await self._pool.fetchrow(PROGRESS, person_id)
        if row is None:
            return None
        return Progress(
            step=Step(row["step"]),
            accepted=frozenset(zip(row["charters"], row["versions"], strict=True)),
            password_chosen=row["chosen"],
            finished=row["finished"],
        )

    async def accept(
        self, person_id: str, charters: Sequence[Charter], *, before: Progress, there: Step, now: datetime
    ) -> bool:
        """Move first: whoever does not move has nothing to record."""
        ids, versions = [c.charter_id for c in charters], [c.version for c in charters]
        async with self._pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval(
                MOVED, person_id, before.step, moved(before.step, there), before.password_chosen
            ):
                return False
            await connection.execute(ACCEPTED, person_id, ids, versions, now)
            return True

    async def finish(self, person_id: str, *, now: datetime) -> bool:
        there = moved(Step.CONTACTS, after_contacts())
        return bool(await self._pool.fetchval(FINISHED, person_id, Step.CONTACTS, there, now))

    async def ask_again(self, demands: Sequence[tuple[str, str, str]], *, now: datetime) -> int:
        """In batches, until one is not full."""
        columns = [list(column) for column in zip(*demands, strict=True)] or [[], [], []]
        brought_back = 0
        while True:
            done = await self._pool.execute(ASKED_AGAIN, *columns, now, BATCH)
            count = int(done.split()[-1])
            brought_back += count
            if count < BATCH:
                return brought_back
