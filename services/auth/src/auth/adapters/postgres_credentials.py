"""Passwords in PostgreSQL: an adapter of the port `Credentials`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import asyncpg

from auth.adapters.ended_access import end_recoveries
from auth.adapters.open_accounts import OPEN
from auth.adapters.security_facts import SecurityFacts
from auth.application.sign_in_ports import Candidate, Replacement, WhyReplaced
from auth.domain.first_connection import Step
from auth.domain.sessions import SESSION_IDLE
from shared.events.envelope import KafkaRecord
from shared.kit.database import Connection
from shared.kit.outbox import add_to_outbox

CANDIDATE = f"""
select a.person_id, a.identifier, a.first_name, a.last_name, a.profile,
    {OPEN} as open,
    coalesce(c.step, 'provisioned') as step, c.password_hash, c.first_expires_at,
    exists (
        select from known_device as d
        where d.token_digest = $2 and d.person_id = a.person_id and d.expires_at > $3
    ) as device_known
from account as a left join credential as c using (person_id)
"""
BY_IDENTIFIER = CANDIDATE + "where a.identifier = $1"
BY_PERSON = CANDIDATE + "where a.person_id = $1"

SCHOOLS = """
select array(
    select e.name from attachment as m join establishment as e using (uai)
    where m.person_id = $1 and m.ended_at is null order by e.uai
)
"""

STORED = f"""
update credential as c set
    password_hash = $2, password_kind = 'chosen', first_expires_at = null, password_changed_at = $3, step = $4
from account as a
where c.person_id = $1 and a.person_id = $1 and c.step = $5 and c.password_hash is not distinct from $6
    and {OPEN}
returning true
"""
KEPT = """
update browser_session set token_digest = $3, authenticated_at = $4, last_seen_at = $4
where token_digest = $2 and person_id = $1 and expires_at > $4 and last_seen_at > $5
returning true
"""
OTHERS_ENDED = "delete from browser_session where person_id = $1 and token_digest <> $2"
OTHERS_FORGOTTEN = "delete from known_device where person_id = $1 and token_digest is distinct from $2"
UNCOUNTED = "delete from sign_in_guess where account_key = $1"

_FACT: dict[WhyReplaced, Literal["password_changed", "password_recovered"]] = {
    "first": "password_changed",
    "changed": "password_changed",
    "recovered": "password_recovered",
}
"""What is told, and why access from before ended: the same words."""


class PostgresCredentials:
    """One row for each person who has a password."""

    def __init__(self, pool: asyncpg.Pool, facts: SecurityFacts) -> None:
        self._pool = pool
        self._facts = facts

    async def find(self, identifier: str, device: bytes | None, now: datetime) -> Candidate | None:
        return _candidate(await self._pool.fetchrow(BY_IDENTIFIER, identifier, device, now))

    async def of_person(self, person_id: str, device: bytes | None, now: datetime) -> Candidate | None:
        return _candidate(await self._pool.fetchrow(BY_PERSON, person_id, device, now))

    async def personal_words(self, person_id: str) -> tuple[str, ...]:
        return tuple(await self._pool.fetchval(SCHOOLS, person_id))

    async def replace(self, replacement: Replacement) -> bool:
        """The password first: whoever else changes the account waits for its row, as everywhere."""
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                await _stored(connection, replacement)
                await _ended_but_one(connection, replacement)
                await connection.execute(UNCOUNTED, replacement.account)
                await add_to_outbox(connection, await self._told(connection, replacement))
        except _TooLate:
            return False
        return True

    async def _told(self, connection: Connection, replacement: Replacement) -> Sequence[KafkaRecord]:
        fact = _FACT[replacement.why]
        notices = await self._facts.noticed(connection, replacement.person_id, fact, now=replacement.now)
        return [*notices, self._facts.revoked(replacement.person_id, fact, now=replacement.now)]


class _TooLate(Exception):
    """The account, or the right to replace its password, is not what was read: everything is undone."""


async def _stored(connection: Connection, replacement: Replacement) -> None:
    stored = await connection.fetchval(
        STORED,
        replacement.person_id,
        replacement.password_hash,
        replacement.now,
        replacement.step_after,
        replacement.step_before,
        replacement.expected_hash,
    )
    if not stored:
        raise _TooLate


async def _ended_but_one(connection: Connection, replacement: Replacement) -> None:
    """End what the old password had opened, and what was about to open it; but the session that goes on."""
    now, person_id, session = replacement.now, replacement.person_id, replacement.kept_session
    renewed, idle_since = replacement.renewed_session, replacement.now - SESSION_IDLE
    if session and not await connection.fetchval(KEPT, person_id, session, renewed, now, idle_since):
        raise _TooLate
    await connection.execute(OTHERS_ENDED, person_id, renewed)
    await connection.execute(OTHERS_FORGOTTEN, person_id, replacement.kept_device)
    proved = await end_recoveries(connection, [person_id], now)
    if replacement.proved_flow and replacement.proved_flow not in proved:
        raise _TooLate


def _candidate(row: Any) -> Candidate | None:
    return Candidate(**{**row, "step": Step(row["step"])}) if row else None
