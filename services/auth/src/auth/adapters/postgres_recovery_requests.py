"""Requests for a code, in PostgreSQL: an adapter of the port `RecoveryRequests`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg

from auth.adapters.recovery_request_in_hand import RequestInHand
from auth.application.recovery_ports import NewRequest, RequestAgain, WaitingRequest
from auth.domain.recovery import (
    ASKS_PER_IDENTIFIER_MAX,
    ASKS_PER_SOURCE_MAX,
    ASKS_WITHIN,
    CLOCKS_APART_MAX,
    FLOW_LIFE,
    ISSUES_WITHIN,
)
from shared.kit.sealing import Sealer

APART = f"interval '{CLOCKS_APART_MAX.total_seconds():g} s'"

COUNTED = """
counted as (
    insert into recovery_ask as a (ask_key, asks, since)
    select ask_key, 1, {now} from unnest({keys}::bytea[]) as k (ask_key) order by ask_key
    on conflict (ask_key) do update set
        asks = case when a.since > {since} and a.since <= {now} + {apart} then a.asks + 1 else 1 end,
        since = case when a.since > {since} and a.since <= {now} + {apart} then a.since else {now} end
    returning ask_key, asks
)
"""
"""In the order of the keys, so that two requests never wait for each other."""

ASKED = f"""
with {COUNTED.format(now="$6::timestamptz", since="$7", apart=APART, keys="array[$2, $3]")}
insert into recovery (flow_digest, identifier_key, person_id, channel, asked_at, expires_at, handled_at)
select $1, $2, (select person_id from account where identifier = $4), $5, $6, $8,
    case when i.asks > $9 then $6 end
from counted as i, counted as s
where i.ask_key = $2 and s.ask_key = $3 and s.asks <= $10
returning true
"""
"""Known or not, somebody costs one look in an index: there is nothing else to measure from outside."""

BOTH_KEYS = "array(select identifier_key from former union all select $3)"
ASKED_AGAIN = f"""
with former as (
    select identifier_key, person_id, channel from recovery
    where flow_digest = $2 and expires_at > $4 and proved_at is null
),
{COUNTED.format(now="$4::timestamptz", since="$5", apart=APART, keys=BOTH_KEYS)},
kept as (
    insert into recovery (flow_digest, identifier_key, person_id, channel, asked_at, expires_at, handled_at)
    select $1, f.identifier_key, f.person_id, f.channel, $4, $6, case when i.asks > $7 then $4 end
    from former as f join counted as i on i.ask_key = f.identifier_key join counted as s on s.ask_key = $3
    where s.asks <= $8
    returning true
)
select exists (select from former) as live, exists (select from kept) as kept
"""

WAITING = """
select r.flow_digest, r.channel, r.asked_at, a.person_id, a.state = 'suspended' as suspended,
    a.fused_into is not null as fused, c.password_hash is not null as has_password
from recovery as r left join account as a using (person_id) left join credential as c using (person_id)
where r.handled_at is null order by r.asked_at limit 1 for update of r skip locked
"""

FORGOTTEN = (
    ("delete from recovery where expires_at <= $1", None),
    ("delete from recovery_ask where since <= $1", ASKS_WITHIN),
    ("delete from one_time_code where issued_at <= $1", ISSUES_WITHIN),
)
"""A code is kept for as long as it counts."""


class PostgresRecoveryRequests:
    """`sealer` is none for an operator's command, which issues nothing."""

    def __init__(self, pool: asyncpg.Pool, sealer: Sealer | None) -> None:
        self._pool = pool
        self._sealer = sealer

    async def ask(self, request: NewRequest) -> bool:
        now = request.now
        kept = await self._pool.fetchval(
            ASKED,
            request.flow,
            request.identifier_key,
            request.source_key,
            request.identifier,
            request.channel,
            now,
            now - ASKS_WITHIN,
            now + FLOW_LIFE,
            ASKS_PER_IDENTIFIER_MAX,
            ASKS_PER_SOURCE_MAX,
        )
        return bool(kept)

    async def ask_again(self, request: RequestAgain) -> bool | None:
        now = request.now
        row: Any = await self._pool.fetchrow(
            ASKED_AGAIN,
            request.flow,
            request.former,
            request.source_key,
            now,
            now - ASKS_WITHIN,
            now + FLOW_LIFE,
            ASKS_PER_IDENTIFIER_MAX,
            ASKS_PER_SOURCE_MAX,
        )
        return bool(row["kept"]) if row["live"] else None

    @asynccontextmanager
    async def next_waiting(self, now: datetime) -> AsyncIterator[WaitingRequest | None]:
        """The oldest that nobody else has in hand; what an exception leaves undone waits again."""
        async with self._pool.acquire() as connection, connection.transaction():
            row: Any = await connection.fetchrow(WAITING)
            if row is None:
                yield None
                return
            yield await RequestInHand.of(connection, row, self._sealer)
            await connection.execute(
                "update recovery set handled_at = $2 where flow_digest = $1", row["flow_digest"], now
            )

    async def forget_old(self, now: datetime) -> None:
        for statement, kept_for in FORGOTTEN:
            await self._pool.execute(statement, now - kept_for if kept_for else now)
