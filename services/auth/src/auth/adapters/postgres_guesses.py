"""Wrong passwords by identifier and source in PostgreSQL: an adapter of the port `Guesses`."""

from datetime import datetime

import asyncpg

from auth.application.sign_in_ports import Taken, TooManyTries
from auth.domain.sign_in_limits import DELAYS_S, FORGOTTEN_AFTER, believed_until, wait_left_s

TAKEN = """
insert into sign_in_guess as g (account_key, source, failures, last_failed_at, blocked_until)
values ($1, $2, 1, $3, $3::timestamptz + make_interval(secs => ($4::int[])[1]))
on conflict (account_key, source) do update set
    failures = case when g.last_failed_at < $5 then 1 else g.failures + 1 end,
    last_failed_at = $3,
    blocked_until = $3::timestamptz + make_interval(secs => ($4::int[])[
        case when g.last_failed_at < $5 then 1 else least(g.failures + 1, cardinality($4::int[])) end
    ])
where g.blocked_until <= $3 or g.blocked_until > $6
returning failures
"""
"""Counted as wrong under the row's lock before anything is compared: of two hundred tries at once, those that the
limit allows are looked at, and no other. The delays are `auth.domain.sign_in_limits.DELAYS_S`."""

BLOCKED = "select blocked_until from sign_in_guess where account_key = $1 and source = $2"
FORGIVEN = "delete from sign_in_guess where account_key = $1 and source = $2"
GIVEN_BACK = """
update sign_in_guess set failures = greatest(failures - 1, 0), blocked_until = least(blocked_until, $3)
where account_key = $1 and source = $2
"""


class PostgresGuesses:
    """A row for each identifier, known or not, and source that failed lately."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def take(self, account: bytes, source: str, now: datetime) -> Taken | TooManyTries:
        failures = await self._pool.fetchval(
            TAKEN, account, source, now, list(DELAYS_S), now - FORGOTTEN_AFTER, believed_until(now)
        )
        if failures is not None:
            return Taken(failures - 1)
        until: datetime | None = await self._pool.fetchval(BLOCKED, account, source)
        return TooManyTries(wait_left_s(until or now, now))

    async def forgive(self, account: bytes, source: str) -> None:
        await self._pool.execute(FORGIVEN, account, source)

    async def give_back(self, account: bytes, source: str, now: datetime) -> None:
        await self._pool.execute(GIVEN_BACK, account, source, now)

    async def forget_old(self, now: datetime) -> int:
        done = await self._pool.execute(
            "delete from sign_in_guess where last_failed_at < $1", now - FORGOTTEN_AFTER
        )
        return int(done.split()[-1])
