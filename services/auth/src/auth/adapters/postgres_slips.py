"""First passwords and slips in PostgreSQL: an adapter of the port `Slips`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg

from auth.adapters.ended_access import end_access
from auth.adapters.open_accounts import OPEN
from auth.adapters.security_facts import SecurityFacts
from auth.application.sign_in_ports import Busy
from auth.application.slip_ports import Given, School, Selection
from auth.domain.slips import Child, Recipient
from shared.kit.database import Connection
from shared.kit.outbox import add_to_outbox

LOCKED_WITHIN_MS = 400
"""Accounts that are not free within this time are let go, all of them. An import locks accounts in any order and holds
them to its end: two that wait for one another are found out by PostgreSQL after `deadlock_timeout` (1 s), which may
end the import. It must be the slips that give way, well before; they are eight people's, and can come back."""
COME_BACK_S = 1

SCHOOL = "select uai, name from establishment where uai = $1"

PEOPLE = f"""
select a.person_id, a.profile, a.last_name, a.first_name, a.identifier, m.class_name,
    coalesce(c.password_kind, 'nothing') as held, sha256(convert_to(c.password_hash, 'UTF8')) as seen,
    coalesce(kids.list, '[]') as children
from attachment as m
join account as a using (person_id)
left join credential as c using (person_id)
left join lateral (
    select jsonb_agg(jsonb_build_object('first_name', k.first_name, 'class', coalesce(p.class_name, ''))
            order by p.class_name, k.first_name, k.person_id) as list,
        array_remove(array_agg(p.class_name), null) as classes
    from child_link as l
    join account as k on k.person_id = l.child_id
    join attachment as p on p.person_id = l.child_id and p.uai = l.uai and p.absent_since is null
    where l.parent_id = m.person_id and l.uai = m.uai and ($2::text is null or p.class_name = $2)
) as kids on true
where m.uai = $1 and m.absent_since is null and {OPEN}
    and ($2::text is null or m.class_name = $2 or $2 = any(kids.classes))
    and ($3::text is null or a.profile = $3)
    and ($4::text is null or a.person_id = $4)
    and (not $5 or m.class_name is null and coalesce(cardinality(kids.classes), 0) = 0)
"""
"""With a class, a parent is shown with his children of that class."""

LOCKED = f"""
select person_id from account as a
where person_id = any($1) and {OPEN}
order by person_id for no key update
"""
"""Always in the same order, so that two clerks wait for one another instead of both failing."""

PATIENT = f"set local statement_timeout = {LOCKED_WITHIN_MS}"
WITHOUT_HASTE = "set local statement_timeout = default"

FIRST_GIVEN = """
insert into credential as c (person_id, step, password_hash, password_kind, first_expires_at, slip_made_at)
select person_id, 'provisioned', password_hash, 'first', $3, $4
from unnest($1::text[], $2::text[]) as given (person_id, password_hash)
on conflict (person_id) do update set step = 'provisioned', password_hash = excluded.password_hash,
    password_kind = 'first', first_expires_at = excluded.first_expires_at, slip_made_at = excluded.slip_made_at
where c.password_hash is null
returning c.person_id
"""

GIVEN_AGAIN = """
update credential as c set step = 'provisioned', password_hash = given.password_hash, password_kind = 'first',
    first_expires_at = $4, slip_made_at = $5, finished_at = null
from unnest($1::text[], $2::text[], $3::bytea[]) as given (person_id, password_hash, seen)
where c.person_id = given.person_id and sha256(convert_to(c.password_hash, 'UTF8')) = given.seen
returning c.person_id
"""
"""Only the password that was looked at is replaced: not the one somebody chose, or another clerk printed, since.
The first connection begins again and is no longer finished: `provisioned` does not lead straight to `active`."""


class AccountsHeld(Exception):
    """Somebody else, an import most likely, holds some of the accounts."""


class PostgresSlips:
    """People of one database, and their first passwords as digests."""

    def __init__(self, pool: asyncpg.Pool, facts: SecurityFacts) -> None:
        self._pool = pool
        self._facts = facts

    async def school(self, uai: str) -> School | None:
        row = await self._pool.fetchrow(SCHOOL, uai)
        return School(uai=row["uai"], name=row["name"]) if row else None

    async def people(self, selection: Selection) -> Sequence[Recipient]:
        rows = await self._pool.fetch(
            PEOPLE,
            selection.uai,
            selection.class_name,
            selection.profile,
            selection.person_id,
            selection.without_class,
        )
        return [_recipient(row) for row in rows]

    async def give(
        self, group: Sequence[Given], *, expires_at: datetime, now: datetime
    ) -> frozenset[str] | Busy:
        try:
            return await self._given(group, expires_at, now)
        except AccountsHeld:
            return Busy(COME_BACK_S)

    async def _given(self, group: Sequence[Given], expires_at: datetime, now: datetime) -> frozenset[str]:
        async with self._pool.acquire() as connection, connection.transaction():
            there = await _locked(connection, [each.person_id for each in group])
            firsts = [each for each in group if each.seen is None and each.person_id in there]
            again = [each for each in group if each.seen is not None and each.person_id in there]
            given = await connection.fetch(FIRST_GIVEN, *_columns(firsts), expires_at, now)
            replaced = await connection.fetch(
                GIVEN_AGAIN, *_columns(again), [each.seen for each in again], expires_at, now
            )
            locked_out = sorted(row["person_id"] for row in replaced)
            if locked_out:
                await self._end_access(connection, locked_out, now)
            return frozenset(row["person_id"] for row in (*given, *replaced))

    async def _end_access(self, connection: Connection, people: Sequence[str], now: datetime) -> None:
        await end_access(connection, people, now)
        for person in people:
            revoked = self._facts.revoked(person, "first_password_reissued", now=now)
            notices = await self._facts.noticed(connection, person, "password_changed", now=now)
            await add_to_outbox(connection, [*notices, revoked])


async def _locked(connection: Connection, people: Sequence[str]) -> frozenset[str]:
    """Lock those who may sign in. Raises AccountsHeld, and the transaction is over."""
    await connection.execute(PATIENT)
    try:
        rows = await connection.fetch(LOCKED, people)
    except asyncpg.QueryCanceledError:
        raise AccountsHeld from None
    await connection.execute(WITHOUT_HASTE)
    return frozenset(row["person_id"] for row in rows)


def _columns(group: Sequence[Given]) -> tuple[list[str], list[str]]:
    return [each.person_id for each in group], [each.password_hash for each in group]


def _recipient(row: Any) -> Recipient:
    return Recipient(
        person_id=row["person_id"],
        profile=row["profile"],
        last_name=row["last_name"],
        first_name=row["first_name"],
        identifier=row["identifier"],
        class_name=row["class_name"] or "",
        children=tuple(
            Child(first_name=each["first_name"], class_name=each["class"]) for each in row["children"]
        ),
        held=row["held"],
        seen=row["seen"],
    )
