"""Guesses and tokens in PostgreSQL: adapters of the ports `ClientSecrets` and `Tokens`."""

from datetime import datetime
from math import ceil
from typing import Any

import asyncpg

from auth.adapters.postgres_partners import as_partner
from auth.application.ports import Introspected, Verdict
from auth.domain.guessing import DELAYS_S, FORGOTTEN_AFTER
from auth.domain.tokens import TokenRecord

JUDGED = """
with verdict as (
    select exists (
        select from partner_client where client_id = $1 and secret_digest = $3 and disabled_at is null
    ) as "right"
)
insert into client_guess as g (client_id, source, failures, last_failed_at, blocked_until)
select $1, $2, case when "right" then 0 else 1 end, $4::timestamptz, $4 + make_interval(secs => ($5::int[])[1])
from verdict
on conflict (client_id, source) do update set
    failures = case
        when excluded.failures = 0 then 0
        when g.last_failed_at < $6 then 1
        else least(g.failures + 1, cardinality($5::int[]))
    end,
    last_failed_at = $4,
    blocked_until = case
        when excluded.failures = 0 then $4
        when g.last_failed_at < $6 then excluded.blocked_until
        else $4 + make_interval(secs => ($5::int[])[least(g.failures + 1, cardinality($5::int[]))])
    end
where g.blocked_until <= $4
returning failures, exists (select from partner_client where client_id = $1) as known
"""
"""One statement counts and compares under the row's lock: of a thousand guesses at once, only those that the
limit allows are compared. The delays are `auth.domain.guessing.DELAYS_S`."""

BLOCKED = """
select blocked_until, exists (select from partner_client where client_id = $1) as known
from client_guess where client_id = $1 and source = $2
"""
KEPT = """
insert into access_token (token_digest, client_id, scopes, issued_at, expires_at)
select $1, client_id, $3, $4, $5 from partner_client
where client_id = $2 and secret_digest = $6 and disabled_at is null for share
returning true
"""

FOUND = """
select t.client_id, t.scopes, t.issued_at, t.expires_at, p.*
from access_token as t join partner_client as c using (client_id) join partner as p using (partner_id)
where t.token_digest = $1 and t.expires_at > $2 and c.disabled_at is null
"""


class PostgresClientSecrets:
    """Digests of secrets, and how often each source guessed wrong."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def judge(self, client_id: str, secret: bytes, *, source: str, now: datetime) -> Verdict:
        judged = await self._pool.fetchrow(
            JUDGED, client_id, source, secret, now, list(DELAYS_S), now - FORGOTTEN_AFTER
        )
        if judged:
            return Verdict(right=judged["failures"] == 0, evaluated=True, known=judged["known"], wait_s=0)
        blocked = await self._pool.fetchrow(BLOCKED, client_id, source)
        if blocked is None:
            return Verdict(right=False, evaluated=False, known=False, wait_s=1)
        wait_s = max(1, ceil((blocked["blocked_until"] - now).total_seconds()))
        return Verdict(right=False, evaluated=False, known=blocked["known"], wait_s=wait_s)

    async def scopes_of(self, client_id: str) -> tuple[str, ...]:
        scopes: list[str] | None = await self._pool.fetchval(
            "select scopes from partner_client where client_id = $1", client_id
        )
        return tuple(scopes or ())


class PostgresTokens:
    """Access tokens by digest."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def keep(self, record: TokenRecord, *, secret: bytes) -> bool:
        kept = await self._pool.fetchval(
            KEPT,
            record.token_digest,
            record.client_id,
            list(record.scopes),
            record.issued_at,
            record.expires_at,
            secret,
        )
        return bool(kept)

    async def find(self, token_digest: bytes, now: datetime) -> Introspected | None:
        row: Any = await self._pool.fetchrow(FOUND, token_digest, now)
        if row is None:
            return None
        return Introspected(
            client_id=row["client_id"],
            scopes=tuple(row["scopes"]),
            issued_at=row["issued_at"],
            expires_at=row["expires_at"],
            partner=as_partner(row),
        )

    async def forget_expired(self, now: datetime) -> int:
        """Drop dead tokens and guesses that no longer count."""
        await self._pool.execute("delete from client_guess where last_failed_at < $1", now - FORGOTTEN_AFTER)
        done = await self._pool.execute("delete from access_token where expires_at <= $1", now)
        return int(done.split()[-1])
