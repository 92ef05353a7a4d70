"""Accounts of a local stack in PostgreSQL: an adapter of the port `LocalAccounts`."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from auth.application.local_credentials import KeptCredential, LocalPerson

PEOPLE = """
select person_id, profile from account where state = 'active' and fused_into is null order by person_id limit $1
"""
KEPT = """
insert into credential (person_id, step, password_hash, password_kind, first_expires_at, slip_made_at,
    password_changed_at, finished_at)
select person_id, case when chosen then 'active' else 'provisioned' end, password_hash,
    case when chosen then 'chosen' else 'first' end, case when not chosen then $4::timestamptz end, $5::timestamptz,
    case when chosen then $5 end, case when chosen then $5 end
from unnest($1::text[], $2::text[], $3::bool[]) as kept (person_id, password_hash, chosen)
on conflict (person_id) do update set step = excluded.step, password_hash = excluded.password_hash,
    password_kind = excluded.password_kind, first_expires_at = excluded.first_expires_at,
    slip_made_at = excluded.slip_made_at, password_changed_at = excluded.password_changed_at,
    finished_at = excluded.finished_at
"""
ACCEPTED = """
insert into charter_acceptance (person_id, charter_id, version, accepted_at)
select person_id, charter_id, version, $4
from unnest($1::text[], $2::text[], $3::text[]) as accepted (person_id, charter_id, version)
on conflict do nothing
"""
DESKS = """
insert into desk_grant (person_id, uai, granted_at, granted_by)
select person_id, uai, $2, 'local' from attachment where person_id = any($1) and absent_since is null
on conflict do nothing
"""


class PostgresLocalAccounts:
    """The accounts of one database, which holds nobody real."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def people(self, count_max: int) -> Sequence[LocalPerson]:
        rows = await self._pool.fetch(PEOPLE, count_max)
        return [LocalPerson(person_id=row["person_id"], profile=row["profile"]) for row in rows]

    async def keep(
        self,
        kept: Sequence[KeptCredential],
        *,
        desk_people: Sequence[str],
        expires_at: datetime,
        now: datetime,
    ) -> None:
        accepted = [(one.person_id, *charter) for one in kept for charter in one.accepted]
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                KEPT,
                [one.person_id for one in kept],
                [one.password_hash for one in kept],
                [one.chosen for one in kept],
                expires_at,
                now,
            )
            await connection.execute(
                ACCEPTED,
                [person_id for person_id, _, _ in accepted],
                [charter_id for _, charter_id, _ in accepted],
                [version for _, _, version in accepted],
                now,
            )
            await connection.execute(DESKS, list(desk_people), now)
