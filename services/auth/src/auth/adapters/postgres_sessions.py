"""Sessions and known devices in PostgreSQL: an adapter of the port `Sessions`."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg

from auth.adapters.ended_access import end_access
from auth.adapters.open_accounts import OPEN
from auth.adapters.security_facts import SecurityFacts
from auth.application.sign_in_ports import Opened, Opening, SessionFacts
from auth.domain.first_connection import Step
from auth.domain.sessions import DEVICE_LIFE, SESSION_IDLE, SESSION_LIFE
from shared.kit.database import Connection
from shared.kit.outbox import add_to_outbox

SESSIONS_MAX = 30
DEVICES_MAX = 50
"""Of one person; the oldest makes room."""

SEEN_EVERY = timedelta(seconds=1)
"""Requests closer together than this do not write that the session was seen."""

LOCKED = "select true from credential where person_id = $1 for update"
STEPPED = f"""
update credential as c set
    step = case when c.step = $3 then $4 else c.step end,
    password_hash = coalesce($5, c.password_hash),
    signed_in_at = $6
from account as a
where c.person_id = $1 and a.person_id = $1 and c.password_hash = $2 and {OPEN}
returning c.step
"""
INSERTED = """
insert into browser_session (session_id, token_digest, person_id, authenticated_at, last_seen_at, expires_at)
values ($1, $2, $3, $4, $4, $5)
"""
SURPLUS_SESSIONS = """
delete from browser_session where session_id in (
    select session_id from browser_session where person_id = $1 order by authenticated_at desc, session_id offset $2
)
"""
KNOWN = "select exists (select from known_device where token_digest = $1 and expires_at > $2)"
REMEMBERED = """
insert into known_device (token_digest, person_id, known_since, last_used_at, expires_at)
values ($1, $2, $3, $3, $4)
on conflict (token_digest, person_id) do update set last_used_at = $3, expires_at = $4
"""
SURPLUS_DEVICES = """
delete from known_device where person_id = $1 and token_digest in (
    select token_digest from known_device where person_id = $1 order by last_used_at desc, token_digest offset $2
)
"""

READ = f"""
select s.session_id, s.person_id, a.identifier, a.first_name, a.last_name, a.profile, coalesce(c.step, 'provisioned') as step,
    s.authenticated_at, s.last_seen_at, s.expires_at
from browser_session as s
join account as a using (person_id)
left join credential as c using (person_id)
where s.token_digest = $1 and s.expires_at > $2 and s.last_seen_at > $3
    and {OPEN}
"""
SEEN = "update browser_session set last_seen_at = $2 where token_digest = $1 and last_seen_at < $2"
RENEWED = """
update browser_session set token_digest = $2, authenticated_at = $3, last_seen_at = $3
where token_digest = $1 and expires_at > $3 and last_seen_at > $4
returning true
"""
ENDED = "delete from browser_session where token_digest = $1 returning person_id"
OVER = "delete from browser_session where expires_at <= $1"
STRANGERS = "delete from known_device where expires_at <= $1"


class PostgresSessions:
    """Rows by digest; the tokens themselves are in the browsers alone."""

    def __init__(self, pool: asyncpg.Pool, facts: SecurityFacts) -> None:
        self._pool = pool
        self._facts = facts

    async def open(self, opening: Opening) -> Opened | None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                LOCKED, opening.person_id
            )  # a suspension under way is waited for, and seen
            step = await connection.fetchval(
                STEPPED,
                opening.person_id,
                opening.verified_hash,
                opening.step_before,
                opening.step_after,
                opening.better_hash,
                opening.now,
            )
            if step is None:
                return None
            await connection.execute(
                INSERTED,
                opening.session_id,
                opening.session,
                opening.person_id,
                opening.now,
                opening.now + SESSION_LIFE,
            )
            await connection.execute(SURPLUS_SESSIONS, opening.person_id, SESSIONS_MAX)
            return Opened(step=Step(step), device_kept=await _remembered(connection, opening))

    async def read(self, session: bytes, now: datetime) -> SessionFacts | None:
        row: Any = await self._pool.fetchrow(READ, session, now, now - SESSION_IDLE)
        if row is None:
            return None
        if row["last_seen_at"] <= now - SEEN_EVERY:
            await self._pool.execute(SEEN, session, now)
        return SessionFacts(
            session_id=row["session_id"],
            person_id=row["person_id"],
            identifier=row["identifier"],
            first_name=row["first_name"],
            last_name=row["last_name"],
            profile=row["profile"],
            step=Step(row["step"]),
            opened_at=row["expires_at"] - SESSION_LIFE,
            authenticated_at=row["authenticated_at"],
            expires_at=row["expires_at"],
        )

    async def renew(self, session: bytes, renewed: bytes, *, now: datetime) -> bool:
        return bool(await self._pool.fetchval(RENEWED, session, renewed, now, now - SESSION_IDLE))

    async def end(self, session: bytes) -> str | None:
        person_id: str | None = await self._pool.fetchval(ENDED, session)
        return person_id

    async def end_all(self, person_id: str, *, now: datetime) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            ended = await end_access(connection, [person_id], now)
            records = [
                *await self._facts.noticed(connection, person_id, "signed_out_everywhere", now=now),
                self._facts.revoked(person_id, "signed_out_everywhere", now=now),
            ]
            await add_to_outbox(connection, records)
            return ended

    async def forget_expired(self, now: datetime) -> int:
        """Drop sessions that have lived their life, idle or not, and devices that are strangers again."""
        await self._pool.execute(STRANGERS, now)
        done = await self._pool.execute(OVER, now)
        return int(done.split()[-1])


async def _remembered(connection: Connection, opening: Opening) -> bool:
    """Know the browser for this person, under the token it brought when that is known for anybody.

    A token that nobody knows is not taken over: the browser gets one of ours. Members of a family share a browser,
    hence its token; a token that were renewed for one of them would be a stranger for the others.
    """
    brought = opening.known_device
    kept = brought is not None and await connection.fetchval(KNOWN, brought, opening.now)
    device = brought if kept else opening.new_device
    await connection.execute(REMEMBERED, device, opening.person_id, opening.now, opening.now + DEVICE_LIFE)
    await connection.execute(SURPLUS_DEVICES, opening.person_id, DEVICES_MAX)
    return bool(kept)
