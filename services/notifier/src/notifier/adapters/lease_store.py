"""The port `Lease` on the table worker, on the clock of the database."""

from uuid import UUID

import asyncpg

_RENEW = """
insert into worker (worker_id, alive_until) values ($1, clock_timestamp() + make_interval(secs => $2))
on conflict (worker_id) do update set alive_until = excluded.alive_until
"""

_FORGET_THE_DEAD = """
delete from worker w where w.alive_until < clock_timestamp() - interval '1 hour'
and not exists (select from delivery d where d.worker_id = w.worker_id and d.state = 'sending')
"""


class LeaseStore:
    """One row for one run of one worker process; a next run is somebody else."""

    def __init__(self, pool: asyncpg.Pool, worker_id: UUID) -> None:
        self._pool = pool
        self._worker_id = worker_id

    async def renew(self, period_s: float) -> None:
        await self._pool.execute(_RENEW, self._worker_id, period_s, timeout=period_s / 3)

    async def give_up(self) -> None:
        """End the lease now, so that whatever is left is taken up at once; old rows of others go too."""
        await self._pool.execute("delete from worker where worker_id = $1", self._worker_id)
        await self._pool.execute(_FORGET_THE_DEAD)
